-- Records of deferred steps, stored in the transaction of the rows and delivered from here. A record
-- is pending, sending, sent or dead. `due_at` is when one that is pending may be taken, and when the
-- lease of one that is sending ends: from then on nobody knows whether it was delivered. The key of
-- a record is unique, so one that is read again (a cursor that was set back) is not delivered again
-- as long as it is kept. Each index holds the records of its state alone.
CREATE TABLE assay_outbox (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  record_offset bigint NOT NULL,
  stored_at     timestamptz NOT NULL DEFAULT now(),
  due_at        timestamptz NOT NULL DEFAULT now(),
  sending_at    timestamptz,
  settled_at    timestamptz,
  partition     integer NOT NULL,
  attempt       integer NOT NULL DEFAULT 0,
  group_id      text NOT NULL,
  step          text NOT NULL,
  topic         text NOT NULL,
  state         text NOT NULL DEFAULT 'pending'
                CHECK (state IN ('pending', 'sending', 'sent', 'dead')),
  code          text,
  reason        text,
  receipt       text,
  record        json NOT NULL,
  UNIQUE (group_id, step, topic, partition, record_offset)
);
CREATE INDEX assay_outbox_due ON assay_outbox (group_id, step, due_at, id)
  WHERE state IN ('pending', 'sending');
CREATE INDEX assay_outbox_sent ON assay_outbox (group_id, step, settled_at) WHERE state = 'sent';
CREATE INDEX assay_outbox_dead ON assay_outbox (group_id, step) WHERE state = 'dead';
