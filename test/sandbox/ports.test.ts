import { createServer, type AddressInfo, type Server } from 'node:net';
import { readPorts, requireFreePorts } from '../../sandbox/ports.ts';

describe('the ports of npm start', () => {
	it.each([
		[
			'by default',
			{},
			{ n8n: 5678, timeMachine: 12110, stripe: 12111, intercom: 12112, acme: 12113 },
		],
		[
			'as asked',
			{ SANDBOX_N8N_PORT: '6000', SANDBOX_PORT_BASE: '7000' },
			{ n8n: 6000, timeMachine: 7000, stripe: 7001, intercom: 7002, acme: 7003 },
		],
	])('are %s', (_case, env, ports) => {
		expect(readPorts(env)).toEqual(ports);
	});

	it.each(['http', '0', '-1', '70000', '1.5'])('refuses %j', (text) => {
		expect(() => readPorts({ SANDBOX_PORT_BASE: text })).toThrow(
			`SANDBOX_PORT_BASE must be a port number, not "${text}".`,
		);
	});

	describe('when one is in use', () => {
		let other: Server;
		let taken: number;

		beforeEach(async () => {
			other = createServer();
			await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
			taken = (other.address() as AddressInfo).port;
		});
		afterEach(async () => await new Promise((resolve) => other.close(resolve)));

		const free = { n8n: 0, timeMachine: 0, stripe: 0, intercom: 0, acme: 0 };

		it.each([
			['n8n', 'n8n', 'SANDBOX_N8N_PORT'],
			['intercom', 'Intercom stand-in', 'SANDBOX_PORT_BASE'],
		])('names the port of %s and the variable that moves it', async (key, name, variable) => {
			await expect(requireFreePorts({ ...free, [key]: taken })).rejects.toThrow(
				`Port ${taken} (${name}) is in use. Stop what listens there, or choose other ports: ${variable}=`,
			);
		});

		it('is content when all are free', async () => {
			await expect(requireFreePorts(free)).resolves.toBeUndefined();
		});
	});
});
