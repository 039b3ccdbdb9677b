/** The CSS of a report, for light and dark colour schemes. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --page: #f6f6f4; --card: #fff; --text: #1d2025; --soft: #5d6470; --line: #dcdcd6;
  --raw: #c2660c; --refined: #2458d3; --real: #12805c; --good: #12805c; --bad: #b3261e; --even: #8a6100; }
@media (prefers-color-scheme: dark) { :root { --page: #14161a; --card: #1d2026; --text: #e8e9ec; --soft: #a0a7b4; --line: #363b45;
  --raw: #f0a04b; --refined: #7da4ff; --real: #4fc79b; --good: #4fc79b; --bad: #ff8a80; --even: #e3b94e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 22px; margin: 0 0 2px; } h2 { font-size: 17px; margin: 0 0 4px; }
p { margin: 0 0 10px; } .soft, figcaption, .note { color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin-top: 18px; }
.verdict { border-left: 6px solid var(--even); } .verdict.good { border-left-color: var(--good); } .verdict.bad { border-left-color: var(--bad); }
.verdict strong { display: block; font-size: 20px; margin-bottom: 2px; } .verdict p { margin: 0; }
.notice { border-left: 6px solid var(--even); padding: 10px 16px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); gap: 12px; margin-top: 18px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
.tile b { display: block; font-size: 24px; font-variant-numeric: tabular-nums; } .tile span { color: var(--soft); font-size: 13px; display: block; }
svg { display: block; width: 100%; height: auto; max-width: 760px; overflow: visible; }
svg text { fill: currentColor; font: 13px system-ui, sans-serif; } svg text.note { fill: var(--soft); font-size: 11px; }
svg text.value { font-variant-numeric: tabular-nums; }
svg .track { stroke: var(--line); stroke-width: 1; } svg .mark { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 4; }
svg .whisker { stroke-width: 5; stroke-linecap: round; opacity: .45; }
svg line.raw, svg polyline.raw { stroke: var(--raw); } svg line.refined, svg polyline.refined { stroke: var(--refined); } svg line.real, svg polyline.real { stroke: var(--real); }
svg circle.raw { fill: var(--raw); } svg circle.refined { fill: var(--refined); } svg circle.real { fill: var(--real); }
svg polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.panels svg text { font-size: 20px; } .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 18px; margin: 8px 0 12px; }
.key { display: inline-flex; gap: 16px; } .key i { font-style: normal; } .key i::before { content: ''; display: inline-block; width: 14px; height: 4px; border-radius: 2px; margin-right: 6px; vertical-align: middle; background: var(--raw); }
.key .refined::before { background: var(--refined); } .key .real::before { background: var(--real); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } .scroll { overflow-x: auto; }
th, td { text-align: left; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; } tr:last-child > * { border-bottom: 0; }
th { font-weight: 600; } thead th { color: var(--soft); font-weight: 500; font-size: 13px; }
img { display: block; border-radius: 4px; background: var(--line); width: 100%; height: auto; }
.triples { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 14px; margin-top: 10px; }
.triple { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4px; }
.triple figure { margin: 0; } figcaption { font-size: 12px; text-align: center; }
.strip td { padding: 2px; border: 0; min-width: 84px; } .strip th { padding: 2px 2px 4px; border: 0; font-size: 12px; font-weight: 500; color: var(--soft); text-align: center; }
.strip td { width: 104px; max-width: 128px; } .strip table { width: auto; }
details { margin-top: 8px; } summary { cursor: pointer; } code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
`;
