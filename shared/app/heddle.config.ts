import { defineApp } from 'heddle';

/**
 * What is yours beside the triggers file. Actors, events and pollers in the folders of these names are
 * found by themselves; all else is listed here: see README.md.
 */
export default defineApp({});
