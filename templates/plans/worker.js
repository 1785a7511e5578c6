"use strict";
// Keeps the help page, the page for no network and their look on this device, so that both work without a network.
// Nothing of a person's plan is kept here: what is fetched for keeping is fetched without cookies.
const KEPT = {{ kept|safe }};
const CACHE = "kept-" + KEPT.version;
const [, OFFLINE] = KEPT.pages;
const COUNTRY = "/kept-country";

// Both pages with the numbers of one country; without one, of the country that the server guesses.
async function keepPages(country) {
  const cache = await caches.open(CACHE);
  for (const page of KEPT.pages) {
    const answer = await fetch(country ? `${page}?country=${country}` : page, { credentials: "omit", cache: "no-store" });
    if (!answer.ok) throw new Error(`${page}: ${answer.status}`);
    await cache.put(page, answer);
  }
  await cache.put(COUNTRY, new Response(country));
}

// A newer worker waits until the last page is closed: one that takes over in the middle of somebody's way can hold up
// the page that they are going to.
async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT.files.map((file) => new Request(file, { credentials: "omit" })));
  await keepPages("");
}

async function drop() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("kept-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// Every page says which country it shows. Only a change costs something.
async function follow(country) {
  const held = await (await caches.open(CACHE)).match(COUNTRY);
  if (!held || (await held.text()) !== country) await keepPages(country);
}

async function page(request) {
  const path = new URL(request.url).pathname;
  try {
    return await fetch(request);
  } catch {
    const cache = await caches.open(CACHE);
    return (await cache.match(KEPT.pages.includes(path) ? path : OFFLINE)) || Response.error();
  }
}

async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) || fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(drop()));
self.addEventListener("message", (event) => event.waitUntil(follow(encodeURIComponent(event.data))));
self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (KEPT.files.includes(new URL(request.url).pathname)) event.respondWith(file(request));
});
