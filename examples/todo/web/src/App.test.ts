import { flushPromises, mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import App from "./App.vue";
import { ApiError } from "./api";
import { MemoryApi } from "./memory-api";

async function page(api: MemoryApi) {
  const wrapper = mount(App, { props: { api }, attachTo: document.body });
  await flushPromises();
  return wrapper;
}

test("tells that it loads, and that there is nothing to do", async () => {
  const wrapper = mount(App, { props: { api: new MemoryApi() } });
  expect(wrapper.text()).toContain("Loading");
  await flushPromises();
  expect(wrapper.text()).toContain("Nothing to do");
});

test("shows an error with a way to try again", async () => {
  const api = new MemoryApi("milk");
  api.fails = new ApiError(0, "The server cannot be reached.");
  const wrapper = await page(api);
  expect(wrapper.get("[role=alert]").text()).toContain("cannot be reached");
  api.fails = null;
  await wrapper.get("[role=alert] button").trigger("click");
  await flushPromises();
  expect(wrapper.find("[role=alert]").exists()).toBe(false);
  expect(wrapper.text()).toContain("milk");
});

test("moves by the arrow keys and keeps the focus", async () => {
  const api = new MemoryApi("a", "b");
  const wrapper = await page(api);
  const handle = wrapper.get("button[aria-label^='Move a,']");
  (handle.element as HTMLButtonElement).focus();
  await handle.trigger("keydown", { key: "ArrowDown" });
  await flushPromises();
  expect(api.todos.map((todo) => todo.title)).toEqual(["b", "a"]);
  expect(document.activeElement?.getAttribute("aria-label")).toContain("Move a, number 2 of 2");
});

test("edits in place, and Escape leaves it as it was", async () => {
  const api = new MemoryApi("a");
  const wrapper = await page(api);
  await wrapper.get("button[aria-label='Edit a']").trigger("click");
  const form = wrapper.get("form[aria-label='Edit a']");
  await form.get("input").setValue("changed");
  await form.trigger("keydown", { key: "Escape" });
  expect(wrapper.text()).toContain("a");
  expect(api.todos[0]!.title).toBe("a");
  await wrapper.get("button[aria-label='Edit a']").trigger("click");
  await wrapper.get("form[aria-label='Edit a'] input").setValue("changed");
  await wrapper.get("form[aria-label='Edit a']").trigger("submit");
  await flushPromises();
  expect(api.todos[0]!.title).toBe("changed");
});

test("puts the focus on Undo after a deletion", async () => {
  const wrapper = await page(new MemoryApi("a"));
  await wrapper.get("button[aria-label='Delete a']").trigger("click");
  await flushPromises();
  expect(document.activeElement?.textContent).toBe("Undo");
});
