import { Failure } from '../../services/failure.ts';

/** An account id or a contact id; which of both, its form tells. */
export function readContactReference(value: string, name = 'Contact'): string {
	if (value !== '') return value;
	throw new Failure(`"${name}" is empty`, { hint: 'Give an account ID or a contact ID.' });
}

export function readAdminId(value: string, name: string): number {
	if (/^\d+$/.test(value)) return Number(value);
	throw new Failure(`"${name}" is not a teammate`, { hint: 'Choose one from the list.' });
}

export function readText(value: string, name: string): string {
	if (value !== '') return value;
	throw new Failure(`"${name}" is empty`);
}
