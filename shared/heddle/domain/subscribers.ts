/**
 * The actor of a trigger in code that has none of its own: its events run the actors that subscribe
 * to it. The parentheses keep it apart from the names of actors.
 */
export const SUBSCRIBERS = '(subscribers)';
