import { createApp } from "vue";
import App from "./App.vue";
import { HttpApi } from "./api";
import "./style.css";

createApp(App, { api: new HttpApi() }).mount("#app");
