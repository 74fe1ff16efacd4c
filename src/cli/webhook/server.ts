import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Server, createServer } from 'node:https';
import { UsageError } from '../usage-error';
import type { Certificate } from './certificate';
import { type Answer, failure } from './handler';
import { BadRequest } from './review';

/** What a server answers with. */
export interface Service {
  /** Answers the body of an AdmissionReview. */
  readonly validate: (body: string) => Answer;
  /** Why no requests are to be sent now; undefined when they are. */
  readonly notReady: () => string | undefined;
  /** The metrics in the text format of Prometheus. */
  readonly metrics: () => string;
}

/** Where a server listens, and how large a body it reads. */
export interface ServerOptions {
  readonly port: number;
  readonly host: string;
  readonly maxBody: number;
}

/** Milliseconds that a client may take to send its headers, and its whole request. */
const [HEADERS, REQUEST] = [10_000, 30_000];

/** A server of HTTPS for the API server, the kubelet and Prometheus. */
export class AdmissionServer {
  private readonly server: Server;
  private isClosing = false;

  constructor(
    certificate: Certificate,
    private readonly service: Service,
    private readonly options: ServerOptions,
  ) {
    const limits = { headersTimeout: HEADERS, requestTimeout: REQUEST };
    this.server = createServer(
      { cert: certificate.cert, key: certificate.key, minVersion: 'TLSv1.2', ...limits },
      (request, response) => void this.handle(request, response),
    );
    this.server.on('tlsClientError', () => undefined);
  }

  /** Listens. The answer is the port. Throws a UsageError where that is not possible. */
  listen(): Promise<number> {
    const { port, host } = this.options;
    return new Promise((resolve, reject) => {
      this.server.once('error', (error: NodeJS.ErrnoException) => reject(new UsageError(whyNot(error, host, port))));
      this.server.listen(port, host, () => {
        const address = this.server.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  /** Uses another certificate for new connections. */
  renew({ cert, key }: Certificate): void {
    this.server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' });
  }

  /** Takes no more connections, and waits until open requests are answered, at most for so many milliseconds. */
  close(milliseconds: number): Promise<void> {
    this.isClosing = true;
    return new Promise((resolve) => {
      const late = setTimeout(() => this.server.closeAllConnections(), milliseconds);
      this.server.close(() => {
        clearTimeout(late);
        resolve();
      });
      this.server.closeIdleConnections();
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isClosing) response.setHeader('connection', 'close');
    try {
      await this.route(request, response);
    } catch (error) {
      const { status, body } = failure(error instanceof BadRequest ? error.status : 500, (error as Error).message);
      // What is left of the body is not read.
      response.setHeader('connection', 'close');
      send(response, status, 'application/json', JSON.stringify(body));
    }
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0];
    switch (path) {
      case '/validate':
        return this.validate(request, response);
      case '/healthz':
        return send(response, 200, 'text/plain', 'ok\n');
      case '/readyz': {
        const why = this.isClosing ? 'shutting down' : this.service.notReady();
        return send(response, why === undefined ? 200 : 503, 'text/plain', `${why ?? 'ok'}\n`);
      }
      case '/metrics':
        return send(response, 200, 'text/plain; version=0.0.4', this.service.metrics());
      default:
        throw new BadRequest(404, `unknown path; use /validate, /healthz, /readyz or /metrics`);
    }
  }

  private async validate(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') throw new BadRequest(405, 'send an AdmissionReview with POST');
    const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json')
      throw new BadRequest(415, `expected content type application/json, found ${type ?? 'none'}`);
    const { status, body } = this.service.validate(await bodyOf(request, this.options.maxBody));
    send(response, status, 'application/json', JSON.stringify(body));
  }
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** The body of a request as text. Throws BadRequest where it is too long. */
function bodyOf(request: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= most) return void chunks.push(chunk);
      request.pause();
      reject(new BadRequest(413, `the body is longer than ${most} bytes`));
    });
    request.on('error', reject);
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}

function whyNot({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is already in use`;
    case 'EACCES':
      return `not allowed to listen on port ${port}; ports below 1024 need a privilege`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `"${host}" is not an address of this machine`;
    default:
      return `cannot listen on port ${port}: ${message}`;
  }
}
