/** Of every page of ours: light and dark, from a telephone up, without anything from elsewhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f4f5f7; --card: #fff; --ink: #1a2230; --soft: #566072; --line: #d9dde4;
  --accent: #0b5cad; --accent-ink: #fff; --danger: #a8201a; --danger-soft: #fdeceb;
  --good: #17663a; --good-soft: #e6f4ec; --warn: #7a4d00; --warn-soft: #fdf3dc; --code: #eef0f4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #11151c; --card: #1a202a; --ink: #e7ebf2; --soft: #a3adbd; --line: #333c4a;
    --accent: #78b5f5; --accent-ink: #0b1522; --danger: #ff9a93; --danger-soft: #3a1d1e;
    --good: #84d6a6; --good-soft: #16301f; --warn: #f0c674; --warn-soft: #33290f; --code: #232b37;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
.top {
  display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; justify-content: space-between;
  max-width: 46rem; margin: 0 auto; padding: 1rem 1rem 0; color: var(--soft); font-size: .875rem;
}
.top form { display: inline; }
.brand { font-weight: 700; letter-spacing: .02em; color: var(--ink); }
main {
  max-width: 46rem; margin: 1rem auto 3rem; padding: 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere;
}
@media (max-width: 48rem) { main { margin: .75rem .5rem 2rem; padding: 1rem; } }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; }
a { color: var(--accent); }
a:focus-visible, button:focus-visible, textarea:focus-visible, summary:focus-visible, pre:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 2px;
}
.eyebrow { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 0 0 .75rem; color: var(--soft); font-size: .875rem; }
.pill { padding: .05rem .6rem; border-radius: 1rem; border: 1px solid currentColor; font-size: .8125rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .danger { color: var(--danger); } .warn { color: var(--warn); }
.note { margin: 1rem 0; padding: .75rem 1rem; border-left: 4px solid; border-radius: .375rem; }
.note p { margin: 0; color: var(--ink); } .note p + p { margin-top: .375rem; }
.note.good { background: var(--good-soft); } .note.danger { background: var(--danger-soft); } .note.warn { background: var(--warn-soft); }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .375rem 1.25rem; margin: 1rem 0; }
dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; }
@media (max-width: 30rem) { dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .5rem; } }
ul { margin: .25rem 0; padding-left: 1.25rem; } li { margin: .25rem 0; }
ul.changes, ul.said { padding: 0; list-style: none; }
ul.changes > li { margin: .5rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; }
.fromto { display: grid; grid-template-columns: 1fr auto 1fr; gap: .5rem; align-items: start; }
.fromto .arrow { align-self: center; color: var(--soft); }
.values { margin-top: .5rem; }
@media (max-width: 36rem) { .fromto { grid-template-columns: 1fr; } .fromto .arrow { transform: rotate(90deg); justify-self: start; margin-left: .75rem; } }
.label { display: block; color: var(--soft); font-size: .75rem; }
pre, code { font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--code); border-radius: .375rem; }
code { padding: .05rem .3rem; }
pre { margin: 0; padding: .5rem .75rem; max-height: 18rem; overflow: auto; white-space: pre-wrap; }
details { margin: .75rem 0; } summary { cursor: pointer; color: var(--accent); } details pre { margin-top: .5rem; }
.bar { display: block; width: 100%; height: .375rem; margin-top: .375rem; border-radius: .2rem; }
.bar .track { fill: var(--code); } .bar .left { fill: var(--accent); }
form.decision { margin-top: 2rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
label { display: block; font-weight: 600; }
.hint { margin: 0 0 .375rem; color: var(--soft); font-size: .875rem; }
textarea { width: 100%; min-height: 5rem; padding: .5rem .75rem; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: .375rem; font: inherit; resize: vertical; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1rem; }
button, .button {
  display: inline-block; min-height: 2.75rem; padding: .5rem 1.25rem; border: 2px solid var(--accent); border-radius: .5rem;
  background: var(--accent); color: var(--accent-ink); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
}
button.danger { background: transparent; border-color: var(--danger); color: var(--danger); }
button.plain { min-height: 0; padding: 0; border: 0; background: none; color: var(--accent); font-weight: 400; text-decoration: underline; }
button:hover, .button:hover { filter: brightness(1.08); }
@media (max-width: 30rem) { .buttons button { flex: 1 1 100%; } }
`;
