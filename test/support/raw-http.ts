import { connect } from 'node:net';

/** Bytes to a port and bytes back, for requests that no HTTP client would send. */

export interface RawResponse {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

const parse = (text: string): RawResponse => {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1] ?? 0), head, body: rest.join('\r\n\r\n') };
};

const isComplete = (text: string): boolean => {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return length !== undefined && rest.join('\r\n\r\n').length >= Number(length);
};

/** Sends the text as it is and waits for one whole response, or for the end of the connection. */
export const sendRaw = (port: number, text: string): Promise<RawResponse> =>
  new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    const finish = () => {
      socket.destroy();
      resolve(parse(received));
    };
    socket.setTimeout(10_000, () => reject(new Error(`no response to ${text.slice(0, 60)}`)));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      received += chunk;
      if (isComplete(received)) finish();
    });
    socket.once('end', finish).once('error', (error) => (received ? finish() : reject(error)));
  });
