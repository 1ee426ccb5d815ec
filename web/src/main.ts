import { mount } from "svelte";
import { admit, admitAnew } from "$lib/admission";
import App from "./App.svelte";
import "./fonts.css";
import "./page.css";

await admit();
admitAnew();
const target = document.getElementById("page");
if (target) mount(App, { target });
