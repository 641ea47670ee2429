// Pages of `bench report` in Debian's Chromium, as people meet them: three widths, light and dark.
//
//   node check.mjs --modules DIR [--pictures DIR] PAGE.html=MOST_BYTES...
//                  [--once PAGE.html=MOST_BYTES]... [--narrow PAGE.html=MOST_BYTES]... [--refused "WORDS=PAGE.html"]...
//                  [--live ADDRESS --grow COMMAND]
//
// --modules has node_modules with what package-lock.json lists. A page given with --once is looked at in
// the least and the greatest width, each in one theme; with --narrow in the least only, since no width holds the names
// that somebody hostile makes up.
//
// Each page must load nothing and report no error, have no violation of axe-core's rules, not move while
// it loads, not be wider than the window, cut off nothing where the window is wide, be within its size, have
// every control in reach of the keyboard, and print well on A4: dark on white, nothing cut off, no controls. A
// page given with --refused must fail with these words. With --live, a page that a server shows must be renewed
// after COMMAND has added a run, without a word to anybody else and with its zoom kept. Exits with 1 and says
// what it found where it is not so. --pictures keeps a picture of every view and a PDF of every page.
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    modules: { type: "string" }, pictures: { type: "string" }, live: { type: "string" }, grow: { type: "string" },
    once: { type: "string", multiple: true, default: [] }, narrow: { type: "string", multiple: true, default: [] },
    refused: { type: "string", multiple: true, default: [] },
  },
});
const require = createRequire(join(resolve(values.modules), "node_modules", "x"));
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

const ALL = [360, 768, 1280].flatMap((width) => ["light", "dark"].map((theme) => [width, theme]));
const WHOLE = 1280; // pixels, in which there is room for everything
const NARROW = [[360, "light"]];
const ONCE = [...NARROW, [WHOLE, "dark"]];
const REFUSED = [[WHOLE, "light"]];
const PAPER = { width: 688, height: 1001 }; // pixels of CSS: A4 between the margins of page.css
const problems = [];
if (values.pictures) mkdirSync(values.pictures, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  // Started by root in a container there is no sandbox to be had; the pages are our own.
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
});

// What moves after it was shown; known before the page starts.
const watch = () => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
};

async function open(address, width, theme, own = []) {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: theme,
    reducedMotion: "reduce",
    deviceScaleFactor: values.pictures ? 2 : 1,
    // The page's policy forbids scripts that are not its own, the checker's among them.
    bypassCSP: true,
  });
  const page = await context.newPage();
  const found = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) found.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => found.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith("data:") && !own.some((prefix) => url.startsWith(prefix))) found.push(`request: ${url}`);
  });
  await page.addInitScript(watch);
  await page.goto(address, { waitUntil: "load" });
  return { context, page, found };
}

// On a wide screen no table has to be moved sideways, and no name is cut short.
const cut = () => [
  ...[...document.querySelectorAll(".table")].filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map((one) => `a table that is cut off: ${one.getAttribute("aria-label")}`),
  ...[...document.querySelectorAll(".chart.wide text")].filter((one) => one.textContent.endsWith("…"))
    .map((one) => `a name that is cut short: ${one.textContent}`),
];

// Without a way around the policy: it must let the page's own script and styles run.
async function policy(address, found) {
  const page = await browser.newPage();
  page.on("console", (message) => found.push(`under its own policy: ${message.text()}`));
  await page.goto(address);
  const works = await page.evaluate(() => !document.documentElement.classList.contains("no-script") &&
    getComputedStyle(document.querySelector(".top")).display === "flex");
  if (!works) found.push("under its own policy its script or its styles do not run");
  const hostile = await page.evaluate(() => window.hostile);
  if (hostile !== undefined) found.push("text from a file ran as a script");
  await page.close();
}

// Tab from the top: every control that can be seen must come by, with a focus that can be seen.
async function keyboard(page, found) {
  const wanted = await page.evaluate(() => {
    const all = document.querySelectorAll("a[href], button, input[name=theme]:checked, [tabindex='0']");
    const seen = [...all].filter((element) => element.checkVisibility());
    for (const [index, element] of seen.entries()) element.dataset.control = index;
    document.body.focus();
    return seen.length;
  });
  const reached = new Set();
  for (let step = 0; step < wanted + 2; step++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const marked = element.matches(".theme input") ? element.nextElementSibling : element;
      const style = getComputedStyle(marked);
      const plain = style.outlineStyle === "none" || style.outlineWidth === "0px";
      return { control: element.dataset.control, plain };
    });
    if (at.control !== undefined) {
      reached.add(at.control);
      if (at.plain) found.push(`control ${at.control} has no focus that can be seen`);
    }
  }
  if (reached.size !== wanted) found.push(`expected ${wanted} controls in reach of the keyboard, found ${reached.size}`);
}

// Zoom by key and by pointer, read a run, go back; choose the other colours.
async function use(page, found) {
  const canvas = page.locator("figure.series .canvas").first();
  if (await canvas.count()) {
    const dots = () => canvas.evaluate((element) => element.querySelector("svg:not([style*=none]) .plot").innerHTML.length);
    const reading = () => page.locator("figure.series .reading").first().textContent();
    const whole = await dots();
    await canvas.focus();
    await page.keyboard.press("ArrowRight");
    if (!/MiB\/s .*commit .*run 1 of /.test(await reading())) found.push(`an arrow reads no run: ${await reading()}`);
    await page.keyboard.press("+");
    if ((await dots()) === whole) found.push("the key + does not zoom in");
    await page.keyboard.press("0");
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.4, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, y, { steps: 3 });
    await page.mouse.up();
    const state = await page.locator("figure.series [data-zoom=all]").first().getAttribute("aria-disabled");
    if (state !== "false") found.push("dragging over a stretch does not zoom into it");
    await page.locator("figure.series [data-zoom=all]").first().click();
  }
  const save = page.locator("[data-save]").first();
  if (await save.count()) {
    const download = page.waitForEvent("download", { timeout: 60000 }).catch(() => null);
    await save.click();
    if (!(await download)) found.push("the raw data can't be saved");
  }
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await ground();
  for (const theme of ["light", "dark"]) await page.locator(`.theme label:has([value=${theme}])`).click();
  const dark = await ground();
  await page.locator(".theme label:has([value=light])").click();
  if (dark === (await ground()) || ![dark, await ground()].includes(before)) found.push("the switch does not change the colours");
}

// A flame graph: a text is searched, a click makes a frame as wide as the picture, and the lowest one brings all back.
async function flames(page, found) {
  const figure = page.locator("figure.flames").first();
  if (!(await figure.count())) return;
  const frames = figure.locator(".frame");
  // checkVisibility takes what is left out of a drawing for visible.
  const shown = () => frames.evaluateAll((all) => all.filter((one) => one.getClientRects().length > 0).length);
  const spans = await frames.evaluateAll((all) => all.map((one) => [Number(one.dataset.x), Number(one.dataset.w)]));
  const apart = ([x, w]) => spans.some(([other, wide]) => other >= x + w || other + wide <= x);
  const part = frames.nth(spans.indexOf(spans.filter(apart).sort((a, b) => b[1] - a[1])[0]));
  const [whole, input] = [await shown(), figure.locator("input")];
  await input.fill(await part.getAttribute("data-name"));
  const said = await figure.locator(".found").textContent();
  if (!/^[\d.]+ % in functions found$/.test(said) || !(await figure.locator(".hit").count())) found.push("a function of the flame graph is not found");
  await input.fill("");
  await part.click();
  const width = Number(await part.locator("rect").getAttribute("width"));
  if (Math.abs(width - spans[0][1]) > 0.01 || (await shown()) >= whole) found.push("a click on a frame does not zoom into it");
  await frames.first().click();
  if ((await shown()) !== whole) found.push("the lowest frame does not bring the others back");
}

// On paper, for a reader who chose dark colours.
async function print(page, found, path) {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
  await page.setViewportSize(PAPER);
  const poor = await page.evaluate(() => {
    const poor = [];
    const style = (element) => getComputedStyle(element);
    const seen = (query) => [...document.querySelectorAll(query)].filter((element) => element.checkVisibility());
    const light = (colour) => colour.match(/[\d.]+/g).slice(0, 3).every((part) => Number(part) > 100);
    if (light(style(document.body).color)) poor.push("light text");
    for (const element of seen("body, section, figure, pre")) {
      const [ground, opacity] = [style(element).backgroundColor, style(element).backgroundColor.match(/[\d.]+/g)[3]];
      if (opacity !== "0" && !light(ground)) poor.push(`a dark ${element.localName}`);
    }
    for (const element of seen("button, input, fieldset, .controls, .reading, .skip")) poor.push(`a control: ${element.outerHTML.slice(0, 80)}`);
    for (const element of seen("body *")) {
      const { right } = element.getBoundingClientRect();
      const cut = element.scrollWidth > element.clientWidth + 1 && style(element).overflowX !== "visible" && element.clientWidth > 1;
      if (cut || (right > innerWidth + 1 && !element.closest("svg"))) poor.push(`cut off: ${element.outerHTML.slice(0, 80)}`);
    }
    for (const figure of seen("figure:has(.chart)"))
      if (figure.querySelector(".chart.narrow")?.checkVisibility() || !figure.querySelector(".chart.wide").checkVisibility()) poor.push("a chart that is not the wide one");
    for (const figure of seen("figure")) if (figure.offsetHeight > innerHeight) poor.push(`longer than a page: ${figure.textContent.slice(0, 80)}`);
    for (const heading of seen("h1, h2, h3, h4, figcaption"))
      if (style(heading).breakAfter !== "avoid") poor.push(`a heading may end a page: ${heading.textContent}`);
    return poor;
  });
  found.push(...poor.slice(0, 5).map((text) => `printed: ${text}`));
  const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true, path });
  if (!pdf.subarray(0, 5).equals(Buffer.from("%PDF-"))) found.push("printed: no PDF");
}

// What is wrong with a page in these views, a line each.
async function examine(file, most, views) {
  const address = pathToFileURL(resolve(file)).href;
  const size = statSync(file).size;
  const wrong = [];
  const picture = (end) => (values.pictures ? join(values.pictures, relative(dirname(positionals[0]), file).replace(/\.html$/, end).replaceAll("/", "-")) : undefined);
  if (most && size > most) wrong.push(`${file}: expected at most ${most} bytes, found ${size}`);
  for (const [width, theme] of views) {
    const { context, page, found } = await open(address, width, theme);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) found.push(`${wide} pixels wider than the window`);
    if (width === WHOLE) found.push(...(await page.evaluate(cut)));
    if (values.pictures) await page.screenshot({ path: picture(`-${width}-${theme}.png`), fullPage: true });
    await page.addScriptTag({ path: axe });
    const { violations } = await page.evaluate(() => window.axe.run());
    for (const { id, help, nodes } of violations) found.push(`axe: ${id}: ${help}: ${nodes[0].html.slice(0, 200)} (${nodes.length})`);
    const shifted = await page.evaluate(() => window.shifted);
    // A busy machine paints a page while it still reads it; 0.00002 was seen once. Nobody sees a ten-thousandth.
    if (shifted > 0.0001) found.push(`layout shift of ${shifted}`);
    await keyboard(page, found);
    await use(page, found);
    await flames(page, found);
    if (width === views[0][0] && theme === views[0][1]) {
      await policy(address, found);
      await print(page, found, picture(".pdf"));
    }
    wrong.push(...found.map((text) => `${file}, ${width} pixels, ${theme}: ${text}`));
    await context.close();
  }
  console.log(`${basename(file)}: ${size} bytes, ${views.length} views`);
  return wrong;
}

// PAGE=MOST_BYTES, in these views.
async function page(argument, views) {
  const [file, most] = argument.split("=");
  problems.push(...await examine(file, Number(most), views));
}

// A page that is broken: what is found must say so.
async function refused(argument) {
  const [words, file] = argument.split("=");
  const wrong = await examine(file, 0, REFUSED);
  if (!wrong.some((problem) => problem.includes(words))) problems.push(`${file}: expected to be refused with "${words}", found ${wrong.join("; ") || "nothing wrong"}`);
}

async function follow(address, grow) {
  const { context, page, found } = await open(address, 1280, "light", [address]);
  const runs = () => page.locator(".subtitle").textContent();
  const before = await runs();
  await page.locator("[data-zoom=in]").first().click();
  // What it compares later versions with is the answer to its first question.
  await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/version")),
    undefined, { timeout: 60000 });
  execFileSync("bash", ["-c", grow]);
  const renewed = await page.waitForFunction((old) => document.querySelector(".subtitle").textContent !== old, before,
    { timeout: 60000 }).catch(() => null);
  if (!renewed) found.push(`a new run does not appear: ${await runs()}`);
  if ((await page.locator("[data-zoom=all]").first().getAttribute("aria-disabled")) !== "false") found.push("the zoom is lost");
  problems.push(...found.map((text) => `${address}: ${text}`));
  await context.close();
  console.log(`${before} -> ${renewed ? "renewed" : "the same"}`);
}

if (values.live) await follow(values.live, values.grow);
for (const argument of positionals) await page(argument, ALL);
for (const argument of values.once) await page(argument, ONCE);
for (const argument of values.narrow) await page(argument, NARROW);
for (const argument of values.refused) await refused(argument);
await browser.close();
for (const problem of problems) console.error(problem);
process.exit(problems.length ? 1 : 0);
