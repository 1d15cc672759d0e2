/** Both databases limit the parameters of one statement; 500 rows of a dozen columns stay below. */
const ROWS = 500;

export function chunksOf<T>(rows: readonly T[]): T[][] {
	const count = Math.ceil(rows.length / ROWS);
	return Array.from({ length: count }, (_, index) => rows.slice(index * ROWS, (index + 1) * ROWS));
}
