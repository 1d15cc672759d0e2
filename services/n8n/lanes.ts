/**
 * Runs `work` over all tasks, at most `limit` at a time, and gives the results in the order of the tasks.
 * Tasks that share a lane run one after the other in their order. After a failure nothing new is started;
 * what runs is waited for, then the failure that comes first in the order of the tasks is thrown.
 */
export async function runInLanes<Task extends object, Result>(
	tasks: readonly Task[],
	work: (task: Task, index: number) => Promise<Result>,
	limit: number,
): Promise<Result[]> {
	const results: Result[] = [];
	const failures = new Map<number, unknown>();
	const waiting = queueByLane(tasks);

	const worker = async () => {
		for (let lane = waiting.shift(); lane && failures.size === 0; lane = waiting.shift()) {
			for (const index of lane) {
				if (failures.size > 0) return;
				try {
					results[index] = await work(tasks[index] as Task, index);
				} catch (error) {
					failures.set(index, error);
				}
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, waiting.length) }, worker));

	if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
	return results;
}

/** Lanes in the order of their first task; a task without a lane is a lane of its own. */
function queueByLane(tasks: readonly object[]): number[][] {
	const lanes = new Map<string | number, number[]>();
	tasks.forEach((task, index) => {
		const lane = 'lane' in task && typeof task.lane === 'string' ? task.lane : index;
		const queue = lanes.get(lane);
		if (queue) queue.push(index);
		else lanes.set(lane, [index]);
	});
	return [...lanes.values()];
}
