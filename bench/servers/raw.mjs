import { createServer } from 'node:http';

// What Node itself needs: plain JavaScript, because stripping types would be part of its start.
createServer((incoming, outgoing) => {
  incoming.resume().on('end', () => outgoing.end('{}'));
}).listen(Number(process.env.PORT), '127.0.0.1');
