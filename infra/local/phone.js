"use strict";
// Shows what /_local/outbox holds, newest first. Text is only ever set as text; a mail's HTML lives in a sandboxed frame.

const list = document.getElementById("messages");
const people = document.getElementById("people");
const state = document.getElementById("state");
const shown = []; // oldest first, in step with the outbox
let person = "";

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function withLinks(text) {
  const paragraph = make("p", "text");
  for (const part of text.split(/(https?:\/\/[^\s<>"']+)/)) {
    if (/^https?:\/\//.test(part)) {
      const [, address, rest] = part.match(/^(.*?)([.,;:!?)]*)$/);
      const link = make("a", "", address);
      link.href = address;
      link.rel = "noreferrer";
      paragraph.append(link, rest);
    } else {
      paragraph.append(part);
    }
  }
  return paragraph;
}

function mail(html) {
  const frame = make("iframe");
  frame.title = "The mail as HTML";
  // No scripts; same origin only so that this page can measure its height.
  frame.sandbox = "allow-same-origin allow-top-navigation-by-user-activation";
  frame.srcdoc = '<!doctype html><base target="_top">' + html;
  frame.addEventListener("load", () => {
    frame.style.height = "0"; // what is measured is never less than the frame
    frame.style.height = frame.contentDocument.documentElement.scrollHeight + 8 + "px";
  });
  return frame;
}

function card(message) {
  const item = make("li", message.channel);
  const top = make("div", "top");
  const time = make("time", "", new Date(message.at).toLocaleTimeString([], { hour12: false }));
  time.dateTime = message.at;
  top.append(make("span", "channel", message.channel === "sms" ? "SMS" : "Email"), make("b", "", message.to), time);
  item.append(top);
  if (message.subject !== undefined) item.append(make("h2", "", message.subject));
  if (message.html === undefined) {
    item.append(withLinks(message.text));
  } else {
    const plain = make("details");
    plain.append(make("summary", "", "As plain text"), withLinks(message.text));
    item.append(mail(message.html), plain);
  }
  item.dataset.to = message.to;
  item.hidden = person !== "" && person !== message.to;
  return item;
}

function choose(name) {
  person = name;
  for (const button of people.children) button.setAttribute("aria-pressed", String(button.dataset.to === name));
  for (const item of list.children) item.hidden = name !== "" && item.dataset.to !== name;
}

function addPerson(name, label) {
  if ([...people.children].some((button) => button.dataset.to === name)) return;
  const button = make("button", "", label);
  button.type = "button";
  button.dataset.to = name;
  button.setAttribute("aria-pressed", String(name === person));
  button.addEventListener("click", () => choose(name));
  people.append(button);
}

function show(messages) {
  // The stack was started again: its outbox is a new one.
  if (messages.length < shown.length || (shown[0] && messages.at(-1).at !== shown[0].at)) {
    shown.length = 0;
    list.replaceChildren();
  }
  for (const message of messages.slice(0, messages.length - shown.length).reverse()) {
    shown.push(message);
    addPerson("", "Everybody");
    addPerson(message.to, message.to);
    list.prepend(card(message));
  }
  people.hidden = people.children.length < 3;
  document.getElementById("empty").hidden = shown.length > 0;
  state.textContent = shown.length === 1 ? "1 message" : shown.length + " messages";
}

async function look() {
  try {
    const answer = await fetch("/_local/outbox", { cache: "no-store" });
    show(await answer.json());
    state.classList.remove("lost");
  } catch {
    state.textContent = "The local stack does not answer. Trying again";
    state.classList.add("lost");
  }
  setTimeout(look, 700);
}

look();
