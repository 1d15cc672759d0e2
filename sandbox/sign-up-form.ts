import { walkForm, type Field, type FormEnding } from './n8n/form.ts';

export interface SignUp {
	readonly name: string;
	readonly email: string;
}

/** Signs up with the form of the onboarding template, to its end. */
export async function submitSignUp(formUrl: string, person: SignUp): Promise<FormEnding> {
	return await walkForm(formUrl, (fields) => ({
		[nameOf(fields, 'text')]: person.name,
		[nameOf(fields, 'email')]: person.email,
	}));
}

/** The e-mail is known by the type of its field, the name is the first text. */
function nameOf(fields: readonly Field[], kind: Field['kind']): string {
	const field = fields.find((one) => one.kind === kind);
	if (!field) throw new Error(`The sign-up form has no field of the type ${kind}.`);
	return field.name;
}
