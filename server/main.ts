import { parseServerConfig } from './config.ts';
import { ConfigurationError } from './environment-reader.ts';
import { createSecurityLog } from './security-log.ts';
import { startResourceServer } from './start-server.ts';

/** The container's entry: configuration, keys, listen; on SIGTERM drain within ECS's 30 s. */

const printFault = (fault: unknown, correlationId: string): void => {
  const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  process.stderr.write(`${JSON.stringify({ level: 'error', correlationId, fault: text })}\n`);
};

const start = async (): Promise<void> => {
  const securityLog = createSecurityLog(process.stdout);
  const server = await startResourceServer(parseServerConfig(), {
    securityLog,
    onFault: printFault,
  });
  const stop = async (): Promise<void> => {
    await server.close();
    await securityLog.flush();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
};

start().catch((error: unknown) => {
  const text = error instanceof ConfigurationError ? error.message : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
