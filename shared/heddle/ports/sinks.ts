/**
 * Sends messages to the queues or topics of one technology. The connector says what a message may
 * have.
 */
export interface MessageSink<Message, Sent = void> {
  /**
   * @throws {TerminalError} `sink_not_configured` when no connection is configured, and when the
   * service refuses for good; {@link RetryableError} when it may accept later
   */
  send(target: string, message: Message): Promise<Sent>;
}
