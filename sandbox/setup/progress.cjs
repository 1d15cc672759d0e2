'use strict';

const QUIET_STREAM_INTERVAL_MS = 15_000;
const TERMINAL_INTERVAL_MS = 500;

/**
 * Shows long phases of work. On a terminal one line is redrawn with the seconds that have passed;
 * elsewhere (a CI log) a line is added every few seconds, so that nobody takes work for a hang.
 */
function createProgress(stream = process.stdout) {
	let phase;

	function draw() {
		const line = `  ${phase.title}  ${[duration(Date.now() - phase.startedAt), phase.detail].filter(Boolean).join('  ')}`;
		stream.write(
			stream.isTTY ? `\r\u001b[K${line.slice(0, (stream.columns ?? 80) - 1)}` : `${line}\n`,
		);
	}

	function end(mark, note) {
		if (!phase) return 0;
		clearInterval(phase.timer);
		const took = Date.now() - phase.startedAt;
		const line = `${mark} ${phase.title}  ${[duration(took), note].filter(Boolean).join('  ')}`;
		stream.write(stream.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`);
		phase = undefined;
		return took;
	}

	return {
		begin(title) {
			end('✓');
			phase = { title, detail: '', startedAt: Date.now() };
			phase.timer = setInterval(
				draw,
				stream.isTTY ? TERMINAL_INTERVAL_MS : QUIET_STREAM_INTERVAL_MS,
			);
			phase.timer.unref();
			draw();
		},
		detail(text) {
			if (phase) phase.detail = text;
		},
		done: (note) => end('✓', note),
		failed: (note) => end('✗', note),
	};
}

/** 8 s, 1 min 05 s */
function duration(ms) {
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds} s`;
	return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

module.exports = { createProgress, duration };
