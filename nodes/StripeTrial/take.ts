/** The first so many of a long list; what lies behind is not asked for. */
export async function take<T, Row>(
	items: AsyncIterable<T>,
	limit: number,
	toRow: (item: T) => Row,
): Promise<Row[]> {
	const rows: Row[] = [];
	for await (const item of items) {
		rows.push(toRow(item));
		if (rows.length >= limit) break;
	}
	return rows;
}
