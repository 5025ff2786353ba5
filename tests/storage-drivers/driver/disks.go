package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// volume is what is kept of one.
type volume struct {
	Size int64
}

// snapshot is what is kept of one.
type snapshot struct {
	Source string
	Size   int64
	Made   int64
}

// disks are the files behind volumes and snapshots. Who holds the lock may change them.
type disks struct {
	sync.Mutex
	folder    string
	node      string
	Volumes   map[string]*volume
	Snapshots map[string]*snapshot
}

func openDisks(folder, node string) (*disks, error) {
	d := &disks{folder: folder, node: node, Volumes: map[string]*volume{}, Snapshots: map[string]*snapshot{}}
	if err := os.MkdirAll(folder, 0750); err != nil {
		return nil, err
	}
	kept, err := os.ReadFile(d.state())
	if os.IsNotExist(err) {
		return d, nil
	}
	if err != nil {
		return nil, err
	}
	return d, json.Unmarshal(kept, d)
}

func (d *disks) state() string { return filepath.Join(d.folder, "state.json") }

func (d *disks) file(id string) string { return filepath.Join(d.folder, id+".img") }

func (d *disks) save() error {
	written, err := json.Marshal(map[string]any{"Volumes": d.Volumes, "Snapshots": d.Snapshots})
	if err != nil {
		return err
	}
	fresh := d.state() + ".new"
	if err := os.WriteFile(fresh, written, 0600); err != nil {
		return err
	}
	return os.Rename(fresh, d.state())
}

func (d *disks) volume(id string) (*volume, error) {
	if found := d.Volumes[id]; found != nil {
		return found, nil
	}
	return nil, status.Error(codes.NotFound, "no volume "+id)
}

// device gives the loop device of a volume; empty when it has none.
func (d *disks) device(id string) (string, error) {
	listed, err := run("losetup", "-j", d.file(id))
	return strings.SplitN(listed, ":", 2)[0], err
}

// attached gives the loop device of a volume, made if need be.
func (d *disks) attached(id string) (string, error) {
	device, err := d.device(id)
	if err != nil || device != "" {
		return device, err
	}
	return run("losetup", "-f", "--show", d.file(id))
}

func mounted(path string) (bool, error) {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	return strings.Contains(string(mounts), " "+path+" "), err
}

func unmount(path string) error {
	there, err := mounted(path)
	if err == nil && there {
		_, err = run("umount", path)
	}
	return err
}
