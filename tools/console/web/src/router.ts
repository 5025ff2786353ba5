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
    { path: "/traffic", name: "traffic", component: () => import("./pages/Traffic.vue") },
    { path: "/access", name: "access", component: () => import("./pages/Access.vue") },
    { path: "/helm", name: "helm", component: () => import("./pages/Helm.vue") },
    { path: "/helm/:namespace/:name", name: "release", component: () => import("./pages/Release.vue"), props: true },
    { path: "/metrics", name: "metrics", component: () => import("./pages/Metrics.vue") },
    { path: "/logs", name: "logs", component: () => import("./pages/LogSearch.vue") },
    { path: "/create", name: "create", component: () => import("./pages/Create.vue") },
    { path: "/:rest(.*)", name: "nowhere", component: () => import("./pages/Nowhere.vue") },
  ],
});
