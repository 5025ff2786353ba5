// The time, once a second while the page is seen, so that ages move on without each asking.
import { readonly, ref } from "vue";

const time = ref(Date.now());
setInterval(() => {
  if (!document.hidden) time.value = Date.now();
}, 1000);

export const now = readonly(time);
