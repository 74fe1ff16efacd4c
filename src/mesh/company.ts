import type { Resource } from '../source/resource';

/** Whether two objects are applied together, as far as the input tells. */
export type Company = 'certain' | 'likely' | 'unknown';

/** Tells of two objects whether they are applied together. */
export type CompanyOf = (one: Resource<unknown>, other: Resource<unknown>) => Company;
