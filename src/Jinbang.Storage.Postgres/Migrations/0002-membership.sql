-- min_program_version: 1

-- Who is in the cluster. Tables, columns, query keys and parameters are those that Orleans' ADO.NET membership provider asks for, after its scripts
-- PostgreSQL-Main.sql and PostgreSQL-Clustering.sql (https://github.com/dotnet/orleans, src/AdoNet, version 10.4; Copyright (c) .NET Foundation, MIT licence).
-- Each of its functions is one statement here, which is atomic by itself.

-- The provider reads its statements from here.
CREATE TABLE OrleansQuery (
  QueryKey   varchar(64) PRIMARY KEY,
  QueryText  varchar(8000) NOT NULL
);

-- One row a cluster: every change of its servers has to raise the version that it read.
CREATE TABLE OrleansMembershipVersionTable (
  DeploymentId  varchar(150) PRIMARY KEY,
  Timestamp     timestamptz(3) NOT NULL DEFAULT now(),
  Version       integer NOT NULL DEFAULT 0
);

-- One row for each start of a server, until it is cleaned up.
CREATE TABLE OrleansMembershipTable (
  DeploymentId  varchar(150) NOT NULL REFERENCES OrleansMembershipVersionTable (DeploymentId),
  Address       varchar(45) NOT NULL,
  Port          integer NOT NULL,
  Generation    integer NOT NULL,
  SiloName      varchar(150) NOT NULL,
  HostName      varchar(150) NOT NULL,
  Status        integer NOT NULL,
  ProxyPort     integer NULL,
  SuspectTimes  varchar(8000) NULL,
  StartTime     timestamptz(3) NOT NULL,
  IAmAliveTime  timestamptz(3) NOT NULL,
  PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('UpdateIAmAlivetimeKey', '
  UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime
  WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
'),
('InsertMembershipVersionKey', '
  WITH made AS (INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
  SELECT count(*)::integer AS row_count FROM made
'),
('InsertMembershipKey', '
  WITH raised AS (
    UPDATE OrleansMembershipVersionTable SET Timestamp = now(), Version = Version + 1
    WHERE DeploymentId = @DeploymentId AND Version = @Version
      AND NOT EXISTS (
        SELECT 1 FROM OrleansMembershipTable
        WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
    RETURNING 1),
  made AS (
    INSERT INTO OrleansMembershipTable
      (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM raised
    RETURNING 1)
  SELECT count(*)::integer AS row_count FROM made
'),
('UpdateMembershipKey', '
  WITH raised AS (
    UPDATE OrleansMembershipVersionTable SET Timestamp = now(), Version = Version + 1
    WHERE DeploymentId = @DeploymentId AND Version = @Version
      AND EXISTS (
        SELECT 1 FROM OrleansMembershipTable
        WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
    RETURNING 1),
  changed AS (
    UPDATE OrleansMembershipTable SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation AND EXISTS (SELECT 1 FROM raised)
    RETURNING 1)
  SELECT count(*)::integer AS row_count FROM changed
'),
('MembershipReadRowKey', '
  SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
  FROM OrleansMembershipVersionTable v
  LEFT JOIN OrleansMembershipTable m ON m.DeploymentId = v.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
  WHERE v.DeploymentId = @DeploymentId
'),
('MembershipReadAllKey', '
  SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
  FROM OrleansMembershipVersionTable v
  LEFT JOIN OrleansMembershipTable m ON m.DeploymentId = v.DeploymentId
  WHERE v.DeploymentId = @DeploymentId
'),
('DeleteMembershipTableEntriesKey', '
  DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId;
  DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId
'),
('GatewaysQueryKey', '
  SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable
  WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
'),
('CleanupDefunctSiloEntriesKey', '
  DELETE FROM OrleansMembershipTable
  WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3
');
