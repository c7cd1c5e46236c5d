// Draws the page anew whenever the record has grown. Without this script a reload does the same.
"use strict";

const SHOWN_MS = 4000;
let drawing = false;
let again = false;
let shown = document.getElementById("content").innerHTML;  // as it came, whatever extensions do to it

async function drawn() {
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
  if (answer.redirected || !answer.ok) {
    location.assign("/");
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const before = document.getElementById("content");
  const after = fresh.getElementById("content");
  if (after.innerHTML === shown) return;
  shown = after.innerHTML;
  const top = window.scrollY;
  const typedIn = before.contains(document.activeElement);
  before.replaceWith(after);
  if (typedIn) after.focus({ preventScroll: true });
  window.scrollTo(0, top);
  const live = document.getElementById("live");
  live.textContent = live.dataset.news;
  setTimeout(() => { live.textContent = ""; }, SHOWN_MS);
}

async function draw() {
  if (drawing) {
    again = true;
    return;
  }
  drawing = true;
  try {
    do {
      again = false;
      await drawn();
    } while (again);
  } catch {
    // No contact: the stream of events begins anew by itself, and then the page is drawn.
  } finally {
    drawing = false;
  }
}

const events = new EventSource("/journal/events");
events.addEventListener("changed", draw);
events.addEventListener("open", draw);
