/// What `kat dev` puts into images: sources that are compiled for Java 8 when they are needed.
///
/// [kat.dev.inside.Supervisor] is all of it. `kat.dev.build.Supervision` compiles it and puts
/// it into images; `kat.dev.loop.Restart` speaks to it.
///
/// Nothing here may use anything but Java 8.
package kat.dev.inside;
