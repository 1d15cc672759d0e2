import communityNodes from '@n8n/eslint-plugin-community-nodes';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

/** One arrow of the house: who may not import what, and why. */
const forbid = (files, patterns, except = []) => ({
	files,
	ignores: except,
	rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const anywhere = (names) => names.flatMap((name) => [`**/${name}/**`]);
const SDKS = [
	{ regex: '^stripe$', message: 'Only services/stripe imports stripe.', allowTypeImports: true },
	{
		regex: '^intercom-client$',
		message: 'Only services/intercom imports intercom-client.',
		allowTypeImports: true,
	},
	{
		regex: '^(node:sqlite|pg|kysely)$',
		message: 'Only services/store imports databases.',
		allowTypeImports: true,
	},
];

export default tseslint.config(
	{ ignores: ['dist/**', '.cache/**', '**/node_modules/**'] },
	...tseslint.configs.recommended.map((config) => ({ ...config, files: ['**/*.ts'] })),
	{
		files: ['**/*.ts'],
		rules: {
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
			eqeqeq: ['error', 'always', { null: 'ignore' }],
		},
		languageOptions: { parserOptions: { projectService: true } },
	},
	{
		files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'services/**/*.ts', 'lifecycle/**/*.ts'],
		rules: { 'no-console': 'error' },
	},
	{
		files: ['nodes/**/*.ts'],
		plugins: { 'n8n-nodes-base': nodesBase },
		rules: {
			...nodesBase.configs.nodes.rules,
			// These want the literal 'main'; n8n's newer plugin asks for NodeConnectionTypes.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-inputs-wrong-trigger-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		},
	},
	{
		files: ['credentials/**/*.ts'],
		plugins: { 'n8n-nodes-base': nodesBase },
		rules: {
			...nodesBase.configs.credentials.rules,
			// For n8n's own credentials; a package has a full URL, which another rule of this set checks.
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
		},
	},
	{
		files: ['package.json'],
		plugins: { 'n8n-nodes-base': nodesBase },
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
		rules: nodesBase.configs.community.rules,
	},
	...[communityNodes.configs.recommendedWithoutN8nCloudSupport].flat().map((config) => ({
		...config,
		files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'package.json'],
	})),
	forbid(
		['lifecycle/**/*.ts'],
		[
			{ group: anywhere(['nodes', 'services', 'sandbox']), message: 'lifecycle/ is pure.' },
			{ regex: '^n8n-', message: 'lifecycle/ does not know n8n.' },
			...SDKS.map(({ allowTypeImports, ...rule }) => rule),
		],
	),
	forbid(
		['services/**/*.ts'],
		[{ group: anywhere(['nodes', 'sandbox']), message: 'services/ serve nodes, not the reverse.' }],
	),
	forbid(
		['nodes/**/*.ts', 'credentials/**/*.ts'],
		[{ group: anywhere(['sandbox']), message: 'The product does not know the sandbox.' }, ...SDKS],
	),
	forbid(
		['sandbox/**/*.ts'],
		[
			{
				group: anywhere(['nodes', 'services', 'lifecycle', 'credentials']),
				message: 'The sandbox knows the product only as it is built.',
			},
		],
	),
);
