/** The names by which Envoy's configuration calls the status codes of HTTP, in runs of consecutive codes. */
const RUNS: readonly (readonly [number, string])[] = [
  [100, 'Continue'],
  [
    200,
    'OK Created Accepted NonAuthoritativeInformation NoContent ResetContent PartialContent MultiStatus AlreadyReported',
  ],
  [226, 'IMUsed'],
  [300, 'MultipleChoices MovedPermanently Found SeeOther NotModified UseProxy'],
  [307, 'TemporaryRedirect PermanentRedirect'],
  [400, 'BadRequest Unauthorized PaymentRequired Forbidden NotFound MethodNotAllowed NotAcceptable'],
  [407, 'ProxyAuthenticationRequired RequestTimeout Conflict Gone LengthRequired PreconditionFailed PayloadTooLarge'],
  [414, 'URITooLong UnsupportedMediaType RangeNotSatisfiable ExpectationFailed'],
  [421, 'MisdirectedRequest UnprocessableEntity Locked FailedDependency'],
  [426, 'UpgradeRequired'],
  [428, 'PreconditionRequired TooManyRequests'],
  [431, 'RequestHeaderFieldsTooLarge'],
  [500, 'InternalServerError NotImplemented BadGateway ServiceUnavailable GatewayTimeout HTTPVersionNotSupported'],
  [506, 'VariantAlsoNegotiates InsufficientStorage LoopDetected'],
  [510, 'NotExtended NetworkAuthenticationRequired'],
];

const NAMES = new Map(
  RUNS.flatMap(([first, names]) => names.split(' ').map((name, index) => [first + index, name] as const)),
);

/** The name of a status code that is written as a number, or undefined where Envoy has none for it. envoy: type.v3.StatusCode */
export const statusCode = (code: string): string | undefined =>
  /^\d+$/.test(code) ? NAMES.get(Number(code)) : undefined;
