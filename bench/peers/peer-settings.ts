/** What can be started. The tuned ones differ by settings only. */
export const PEERS = ['dbos', 'dbos-tuned', 'restate', 'restate-tuned'] as const;
export type Peer = (typeof PEERS)[number];

export interface PeerSettings {
  readonly engine: 'dbos' | 'restate';
  /** Connections of node-postgres' pools; its own default is 10. */
  readonly businessConnections: number;
  readonly engineConnections: number;
  /** Settings of PostgreSQL besides those of durability. */
  readonly postgres: Readonly<Record<string, string>>;
  /** Restate's settings, as environment variables. */
  readonly restate: Readonly<Record<string, string>>;
}

/** Checkpoints seldom, and everything in memory: the settings that every guide begins with. */
const TUNED_POSTGRES = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '15min' };

/** Each engine as it comes, and as somebody would run it on two cores. */
export const PEER_SETTINGS: Readonly<Record<Peer, PeerSettings>> = {
  dbos: { engine: 'dbos', businessConnections: 10, engineConnections: 10, postgres: {}, restate: {} },
  'dbos-tuned': {
    engine: 'dbos',
    businessConnections: 20,
    engineConnections: 20,
    postgres: TUNED_POSTGRES,
    restate: {},
  },
  restate: { engine: 'restate', businessConnections: 10, engineConnections: 0, postgres: {}, restate: {} },
  'restate-tuned': {
    engine: 'restate',
    businessConnections: 20,
    engineConnections: 0,
    postgres: TUNED_POSTGRES,
    // 24 partitions by default, for clusters: each is a state machine with a log of its own.
    restate: { RESTATE_DEFAULT_NUM_PARTITIONS: '2' },
  },
};

/**
 * Whether acknowledged means that it survives the death of a process (all writes are with the operating system), or the
 * loss of power too (all writes are with the disk). The same for PostgreSQL and Restate.
 */
export interface Durability {
  readonly postgres: Readonly<Record<string, string>>;
  readonly restate: Readonly<Record<string, string>>;
}

export const SURVIVES_DEATH: Durability = {
  postgres: { fsync: 'off', synchronous_commit: 'on' },
  restate: {
    RESTATE_LOG_SERVER__ROCKSDB_DISABLE_WAL_FSYNC: 'true',
    RESTATE_BIFROST__LOCAL__ROCKSDB_DISABLE_WAL_FSYNC: 'true',
  },
};

export const SURVIVES_POWER_LOSS: Durability = {
  postgres: { fsync: 'on', synchronous_commit: 'on' },
  restate: {
    RESTATE_LOG_SERVER__ROCKSDB_DISABLE_WAL_FSYNC: 'false',
    RESTATE_BIFROST__LOCAL__ROCKSDB_DISABLE_WAL_FSYNC: 'false',
  },
};
