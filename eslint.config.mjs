import communityNodes from '@n8n/eslint-plugin-community-nodes';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

/** One arrow of the house: who may not import what, and why. */
const forbid = (files, patterns) => ({
	files,
	rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const anywhere = (names) => names.flatMap((name) => [`**/${name}/**`]);

/** Each vendor's SDK has one owner among the services; the others may use its types at most. */
const SDK_BY_SERVICE = {
	stripe: '^stripe$',
	intercom: '^intercom-client$',
	store: '^(node:sqlite|pg|kysely)$',
};
const sdksForeignTo = (service) =>
	Object.entries(SDK_BY_SERVICE)
		.filter(([owner]) => owner !== service)
		.map(([owner, regex]) => ({
			regex,
			message: `Only services/${owner} imports it.`,
			allowTypeImports: true,
		}));

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
			...sdksForeignTo('lifecycle').map((rule) => ({ ...rule, allowTypeImports: false })),
		],
	),
	...['access', 'intercom', 'n8n', 'store', 'stripe'].map((service) =>
		forbid(
			[`services/${service}/**/*.ts`],
			[
				{
					group: anywhere(['nodes', 'credentials', 'sandbox']),
					message: 'services/ serve nodes, not the reverse.',
				},
				...sdksForeignTo(service),
			],
		),
	),
	forbid(
		['nodes/**/*.ts', 'credentials/**/*.ts'],
		[
			{ group: anywhere(['sandbox']), message: 'The product does not know the sandbox.' },
			...sdksForeignTo('nodes'),
		],
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
