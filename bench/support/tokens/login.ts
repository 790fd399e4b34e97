/** How a client presents itself. Without a password: as somebody unknown, for brokers that ask nobody. */
export interface Login {
  clientId: string;
  username?: string;
  password?: string;
}
