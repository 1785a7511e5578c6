"use strict";
// Keeps the help page, the page for no network and their look on this device, so that both work without a network.
// Nothing of a person's plan is kept here: what is fetched for keeping is fetched without cookies.
const KEPT = {{ kept|safe }};
const CACHE = "kept-" + KEPT.version;
const PAGES = [KEPT.help, KEPT.offline];

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT.files.map((file) => new Request(file, { credentials: "omit" })));
  for (const page of PAGES) {
    const answer = await fetch(`${page}?country=${KEPT.country}`, { credentials: "omit", cache: "no-store" });
    if (!answer.ok) throw new Error(`${page}: ${answer.status}`);
    await cache.put(page, answer);
  }
}

async function drop() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("kept-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function page(request) {
  const path = new URL(request.url).pathname;
  try {
    return await fetch(request);
  } catch {
    const cache = await caches.open(CACHE);
    return (await cache.match(PAGES.includes(path) ? path : KEPT.offline)) || Response.error();
  }
}

async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) || fetch(request);
}

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(drop()));
self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (KEPT.files.includes(new URL(request.url).pathname)) event.respondWith(file(request));
});
