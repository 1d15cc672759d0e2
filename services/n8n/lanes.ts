/**
 * Runs `work` over all tasks, at most `limit` at a time, and gives the results in the order of the tasks, which
 * are fetched one by one as there is room for them. Tasks that share a lane run one after the other in their
 * order. After a failure nothing new is started; what runs is waited for, then the failure that comes first in
 * the order of the tasks is thrown.
 */
export async function runInLanes<Task extends object, Result>(
	tasks: Iterable<Task>,
	work: (task: Task, index: number) => Promise<Result>,
	limit: number,
): Promise<Result[]> {
	const results: Result[] = [];
	const failures = new Map<number, unknown>();
	const next = queueByLane(tasks);

	const worker = async () => {
		for (let lane = next(); lane && failures.size === 0; lane = next()) {
			for (let turn = lane.next(); turn && failures.size === 0; turn = lane.next()) {
				try {
					results[turn.index] = await work(turn.task, turn.index);
				} catch (error) {
					failures.set(turn.index, error);
				}
			}
		}
	};
	await Promise.all(Array.from({ length: limit }, worker));

	if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
	return results;
}

interface Turn<Task> {
	readonly task: Task;
	readonly index: number;
}

/** The tasks of one lane, as far as they are known when they are asked for. */
interface Lane<Task> {
	next(): Turn<Task> | undefined;
}

/** Gives lane after lane that nobody has yet. A task whose lane somebody has goes there. */
function queueByLane<Task extends object>(tasks: Iterable<Task>): () => Lane<Task> | undefined {
	const rest = tasks[Symbol.iterator]();
	const taken = new Map<string, Array<Turn<Task>>>();
	let index = 0;
	return () => {
		for (let step = rest.next(); !step.done; step = rest.next()) {
			const turn: Turn<Task> = { task: step.value, index: index++ };
			const name = laneOf(turn.task);
			const others = name === undefined ? undefined : taken.get(name);
			if (others) {
				others.push(turn);
				continue;
			}
			const turns = [turn];
			if (name !== undefined) taken.set(name, turns);
			return {
				next() {
					const first = turns.shift();
					if (!first && name !== undefined) taken.delete(name);
					return first;
				},
			};
		}
		return undefined;
	};
}

/** A task without a lane is a lane of its own. */
function laneOf(task: object): string | undefined {
	return 'lane' in task && typeof task.lane === 'string' ? task.lane : undefined;
}
