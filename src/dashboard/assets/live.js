// Lets the browser in, keeps the page up to date, and sends what buttons do. Pages are whole without it.
"use strict";

const JSON_HEADERS = { "content-type": "application/json", "x-salve": "1" };

// The key stands behind `#`, which browsers send to nobody.
async function enter(token) {
  history.replaceState(null, "", location.pathname);
  const answer = await fetch("/api/session", {
    method: "POST",
    headers: JSON_HEADERS,
    body: JSON.stringify({ token }),
  });
  if (answer.ok) {
    location.replace(location.pathname);
  } else {
    document.getElementById("door").textContent = (await answer.json()).error;
  }
}

function say(text, isStale) {
  const status = document.getElementById("live");
  status.textContent = text;
  status.classList.toggle("stale", isStale);
}

// Moments in the clock of whoever looks.
function localize(root) {
  for (const time of root.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) time.textContent = moment.toLocaleString();
  }
}

async function renew() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("content");
  const old = document.getElementById("content");
  localize(fresh);
  if (fresh.innerHTML !== old.innerHTML) old.replaceChildren(...fresh.childNodes);
  say("live", false);
}

function follow() {
  const events = new EventSource("/api/events");
  let renewing = null;
  let again = false;
  const changed = async () => {
    again = true;
    if (renewing) return;
    renewing = true;
    try {
      while (again) {
        again = false;
        await renew();
      }
    } catch {
      say("not up to date: salve does not answer", true);
    } finally {
      renewing = false;
    }
  };
  events.addEventListener("changed", changed);
  events.addEventListener("error", () => say("not up to date: the connection to salve is lost", true));
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-post]");
  if (!button) return;
  button.disabled = true;
  const answer = await fetch(button.dataset.post, {
    method: "POST",
    headers: JSON_HEADERS,
    body: button.dataset.body,
  });
  if (answer.ok) {
    await renew();
  } else {
    button.disabled = false;
    say((await answer.json()).error, true);
  }
});

if (location.hash.length > 1) {
  enter(location.hash.slice(1));
} else if (!document.getElementById("door")) {
  localize(document);
  follow();
}
