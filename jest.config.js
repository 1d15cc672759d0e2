/**
 * ts-jest only strips types here (`tsc --noEmit` checks them), so a suite starts in milliseconds.
 * kysely is published as ES modules only, which jest cannot `require`.
 */
const transform = {
	'^.+\\.ts$|/node_modules/kysely/.+\\.js$': [
		'ts-jest',
		{
			diagnostics: false,
			tsconfig: {
				target: 'es2022',
				module: 'commonjs',
				moduleResolution: 'node10',
				isolatedModules: true,
				allowJs: true,
				esModuleInterop: true,
				allowImportingTsExtensions: true,
				noEmit: false,
				resolveJsonModule: true,
			},
		},
	],
};

const project = (displayName, folders) => ({
	displayName,
	testEnvironment: 'node',
	testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
	modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/sandbox/package.json'],
	transform,
	transformIgnorePatterns: ['/node_modules/(?!kysely/)'],
});

/** `unit` needs no build; `package` needs `npm run build`; `e2e` needs the n8n runtime of the sandbox. */
module.exports = {
	/** Generous, for a busy machine: a test that hangs is found all the same. */
	testTimeout: 30_000,
	projects: [
		project('unit', [
			'lifecycle',
			'services',
			'nodes',
			'credentials',
			'sandbox',
			'contract',
			'workflows',
		]),
		project('package', ['package']),
		{
			...project('e2e', ['e2e']),
			setupFilesAfterEnv: ['<rootDir>/test/e2e/after-suite.ts'],
			globalSetup: '<rootDir>/test/e2e/setup.ts',
			globalTeardown: '<rootDir>/test/e2e/teardown.ts',
		},
	],
};
