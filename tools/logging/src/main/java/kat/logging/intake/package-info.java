/// Reading the log files of a node's containers.
///
/// Read [kat.logging.intake.PodFolders] (names of folders and files), then
/// [kat.logging.intake.Intake] (a look at all of them), `ContainerLogs` (the files of one
/// container) and `LogFile` (one file, plain or compressed).
///
/// Nothing here knows what is done with lines but that they are stored.
@NullMarked
package kat.logging.intake;

import org.jspecify.annotations.NullMarked;
