'use strict';

/**
 * Loaded into n8n before its own code: ends n8n when the process that started it is gone, even when
 * that one was killed without a chance to clean up.
 */
const PATIENCE_MS = 10_000;

if (process.channel) {
	process.channel.unref();
	process.once('disconnect', () => {
		process.kill(process.pid, 'SIGTERM');
		setTimeout(() => process.kill(-process.pid, 'SIGKILL'), PATIENCE_MS).unref();
	});
}
