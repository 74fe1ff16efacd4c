/** What is known of something that the configuration alone may not decide. */
export type Certainty = 'yes' | 'no' | 'maybe';
