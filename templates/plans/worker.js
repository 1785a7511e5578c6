"use strict";
// Keeps help and the page for no network on this device, and shows reminders (see views/shell.py).
const KEPT = {{ kept|safe }};
const NAME = "kept-" + KEPT.version, COUNTRY = "/kept-country";
const kept = async (key) => (await caches.open(NAME)).match(key);

// Without cookies: nothing of a person's plan is kept. Without a country the server guesses one.
async function keepPages(country) {
  const cache = await caches.open(NAME);
  for (const page of KEPT.pages) {
    const answer = await fetch(`${page}?country=${country}`, { credentials: "omit", cache: "no-store" });
    if (!answer.ok) throw Error(page);
    await cache.put(page, answer);
  }
  await cache.put(COUNTRY, new Response(country));
}

async function install() {
  const cache = await caches.open(NAME);
  await cache.addAll(KEPT.files.map((file) => new Request(file, { credentials: "omit" })));
  await keepPages("");
}

async function drop() {
  for (const name of await caches.keys()) if (name.startsWith("kept-") && name !== NAME) await caches.delete(name);
  await clients.claim();
}

async function follow({ data }) {
  const country = encodeURIComponent(data), held = await kept(COUNTRY);
  if ((await held?.text()) !== country) await keepPages(country);
}

const file = async (request) => (await kept(request)) || fetch(request);
const page = (request, path) =>
  fetch(request).catch(async () => (await kept(path)) || (await kept(KEPT.pages[1])) || Response.error());

const show = (said) => registration.showNotification(said.title, { ...said, data: said });

// A message that cannot be read still says that there is one.
function push({ data }) {
  let said;
  try { said = data.json(); } catch {}
  return show({ ...KEPT.message, ...said });
}

async function tap({ action, notification }) {
  const said = notification.data, button = said.actions?.find((one) => one.action === action);
  notification.close();
  if (!button || action === "open") return clients.openWindow(said.url);
  const options = { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams("length=hour") };
  const { title, message } = await fetch(button.url, options).then((got) => got.json()).catch(() => KEPT.failed);
  return show({ ...said, title, body: message, actions: [] });
}

// What fails here is put right on the next visit of the page.
async function renew({ oldSubscription, newSubscription }) {
  const fresh = newSubscription || (await registration.pushManager.subscribe(oldSubscription.options));
  const token = /csrfmiddlewaretoken" value="(\w+)/.exec(await (await fetch(KEPT.ways)).text())[1];
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, subscription: JSON.stringify(fresh) });
  await fetch(KEPT.device, { method: "POST", body });
}

const then = { install, activate: drop, message: follow, push, notificationclick: tap, pushsubscriptionchange: renew };
for (const name in then) addEventListener(name, (event) => event.waitUntil(then[name](event)));
addEventListener("fetch", (event) => {
  const { request } = event, path = new URL(request.url).pathname;
  if (request.mode === "navigate") event.respondWith(page(request, path));
  else if (KEPT.files.includes(path)) event.respondWith(file(request));
});
