import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { Failure } from '../failure.ts';
import { openStore, type PostgresConnection } from '../store/index.ts';

/**
 * Opens the Postgres store as the nodes will, tables included, and says what stands in the way. Every node that
 * takes the credential offers this test: n8n asks the first one that it finds.
 */
export async function lifecycleStoreTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const connection = credential.data as unknown as PostgresConnection;
	try {
		await openStore({ kind: 'postgres', connection });
		return { status: 'OK', message: 'Connection successful' };
	} catch (error) {
		return { status: 'Error', message: sentencesOf(error) };
	}
}

function sentencesOf(error: unknown): string {
	if (!(error instanceof Failure)) return error instanceof Error ? error.message : String(error);
	const { hint } = error.details;
	return hint === undefined ? error.message : `${error.message}. ${hint}`;
}
