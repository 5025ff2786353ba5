import { createRouter, createWebHistory } from "vue-router";
import Overview from "./pages/Overview.vue";
import ResourceList from "./pages/ResourceList.vue";

export const router = createRouter({
  history: createWebHistory("/dashboard/"),
  routes: [
    { path: "/", name: "overview", component: Overview },
    { path: "/k/:group/:plural", name: "list", component: ResourceList, props: true },
    { path: "/k/:group/:plural/:namespace/:name", name: "object", component: () => import("./pages/ObjectPage.vue"), props: true },
    { path: "/events", name: "events", component: () => import("./pages/Events.vue") },
    { path: "/create", name: "create", component: () => import("./pages/Create.vue") },
    { path: "/:rest(.*)", name: "nowhere", component: () => import("./pages/Nowhere.vue") },
  ],
});
