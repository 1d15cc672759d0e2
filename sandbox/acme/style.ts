/** The look of Acme Boards, light and dark. */
export const style = `
:root {
	color-scheme: light dark;
	--ground: #f4f5f9; --surface: #ffffff; --sunk: #eaecf3; --line: #dadde8;
	--ink: #1c2033; --soft: #5a6079; --brand: #5b4be0; --on-brand: #ffffff;
	--good: #0f7a4d; --good-ground: #dff5ea;
	--warn: #8a5300; --warn-ground: #fff0d1;
	--calm: #2d5bb5; --calm-ground: #e2ecff;
	--bad: #a82a3a; --bad-ground: #ffe3e5;
}
@media (prefers-color-scheme: dark) {
	:root {
		--ground: #12141d; --surface: #1f2230; --sunk: #191b27; --line: #34384b;
		--ink: #eceef8; --soft: #a2a8c0; --brand: #8f82ff; --on-brand: #14122b;
		--good: #6cdcaa; --good-ground: #123528;
		--warn: #ffc766; --warn-ground: #3a2a0c;
		--calm: #9dbdff; --calm-ground: #1a2a4d;
		--bad: #ff9aa6; --bad-ground: #421a21;
	}
}
* { box-sizing: border-box; }
body {
	margin: 0; min-height: 100vh; background: var(--ground); color: var(--ink);
	font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
header {
	display: flex; align-items: center; justify-content: space-between; gap: 12px;
	padding: 12px 24px; background: var(--surface); border-bottom: 1px solid var(--line);
}
.brand { display: inline-flex; align-items: center; gap: 10px; font-weight: 700; white-space: nowrap; }
.brand svg { fill: var(--on-brand); }
.brand .ground { fill: var(--brand); }
.facts { display: flex; gap: 8px; flex-wrap: wrap; justify-content: flex-end; }
.chip {
	padding: 2px 12px; border-radius: 99px; background: var(--sunk); color: var(--soft);
	font-size: 14px; font-weight: 600; white-space: nowrap;
}
.chip.full { background: var(--good-ground); color: var(--good); }
.chip.grace { background: var(--warn-ground); color: var(--warn); }
.chip.read_only { background: var(--calm-ground); color: var(--calm); }
.chip.suspended, .chip.none { background: var(--bad-ground); color: var(--bad); }
.banner { padding: 12px 24px; }
.banner.grace { background: var(--warn-ground); color: var(--warn); }
.banner.read_only { background: var(--calm-ground); color: var(--calm); }
.workspace {
	display: grid; grid-template-columns: minmax(0, 1fr) 280px; gap: 8px 28px;
	max-width: 1240px; margin: 0 auto; padding: 28px 24px 48px;
}
.heading { grid-column: 1 / -1; }
h1 { margin: 0; font-size: 28px; line-height: 1.25; letter-spacing: -0.01em; }
.trial { margin: 4px 0 12px; color: var(--soft); }
.columns { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 16px; align-items: start; }
.column, .checklist { padding: 14px; border-radius: 14px; background: var(--sunk); }
.checklist { background: var(--surface); border: 1px solid var(--line); align-self: start; }
h2 { margin: 0 0 10px; font-size: 15px; display: flex; justify-content: space-between; }
.count { color: var(--soft); font-weight: 500; }
ul { margin: 0; padding: 0; list-style: none; display: grid; gap: 8px; }
.card {
	padding: 10px 12px; border-radius: 9px; background: var(--surface);
	border: 1px solid var(--line); overflow-wrap: anywhere;
}
.column form { display: flex; gap: 8px; margin-top: 10px; }
input, button { font: inherit; color: inherit; border-radius: 9px; border: 1px solid var(--line); }
input { flex: 1; min-width: 0; padding: 8px 12px; background: var(--surface); }
input::placeholder { color: var(--soft); opacity: 1; }
button { padding: 8px 14px; background: var(--surface); cursor: pointer; font-weight: 600; }
button:hover:not(:disabled) { border-color: var(--brand); color: var(--brand); }
button:disabled { color: var(--soft); cursor: not-allowed; background: var(--sunk); }
.checklist button { width: 100%; text-align: left; }
.reached { padding: 9px 14px; border-radius: 9px; background: var(--good-ground); color: var(--good); font-weight: 600; }
.reached::before { content: "✓ "; }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
.panel {
	max-width: 520px; margin: 12vh auto 0; padding: 40px 32px; text-align: center;
	background: var(--surface); border: 1px solid var(--line); border-radius: 18px;
}
.panel p { margin: 10px 0 0; color: var(--soft); text-wrap: balance; }
.sign { fill: none; stroke: var(--brand); stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 900px) {
	.workspace { grid-template-columns: minmax(0, 1fr); padding: 20px 16px 40px; gap: 16px; }
	.checklist { grid-row: 2; }
}
@media (max-width: 620px) {
	header { padding: 10px 16px; }
	.banner { padding: 12px 16px; }
	.columns { grid-template-columns: minmax(0, 1fr); }
	.panel { margin: 32px 16px 0; }
	.chip:not(.level) { display: none; }
}
`;
