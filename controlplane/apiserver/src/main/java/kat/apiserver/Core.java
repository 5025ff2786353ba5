package kat.apiserver;

import kat.apiserver.actions.Actions;
import kat.apiserver.registry.Deleter;
import kat.apiserver.registry.Intake;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Writer;
import kat.store.Store;

/// What both ways into the API share.
record Core(
        Store store,
        Resources resources,
        Reader reader,
        Writer writer,
        Deleter deleter,
        Actions actions,
        Intake intake) {}
