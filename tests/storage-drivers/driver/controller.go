package main

import (
	"context"
	"os"
	"syscall"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const (
	topologyKey   = "topology.disk.csi.kat.dev/node"
	defaultBytes  = 320 << 20
	capacityBytes = 10 << 30
)

type controller struct {
	csi.UnimplementedControllerServer
	disks *disks
}

func (c *controller) ControllerGetCapabilities(
	context.Context, *csi.ControllerGetCapabilitiesRequest) (*csi.ControllerGetCapabilitiesResponse, error) {
	answer := &csi.ControllerGetCapabilitiesResponse{}
	for _, each := range []csi.ControllerServiceCapability_RPC_Type{
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_VOLUME,
		csi.ControllerServiceCapability_RPC_PUBLISH_UNPUBLISH_VOLUME,
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT,
		csi.ControllerServiceCapability_RPC_CLONE_VOLUME,
		csi.ControllerServiceCapability_RPC_EXPAND_VOLUME,
		csi.ControllerServiceCapability_RPC_GET_CAPACITY,
		csi.ControllerServiceCapability_RPC_SINGLE_NODE_MULTI_WRITER,
	} {
		answer.Capabilities = append(answer.Capabilities, &csi.ControllerServiceCapability{
			Type: &csi.ControllerServiceCapability_Rpc{Rpc: &csi.ControllerServiceCapability_RPC{Type: each}}})
	}
	return answer, nil
}

func bytesOf(wanted *csi.CapacityRange) int64 {
	if wanted.GetRequiredBytes() > 0 {
		return wanted.GetRequiredBytes()
	}
	if wanted.GetLimitBytes() > 0 {
		return wanted.GetLimitBytes()
	}
	return defaultBytes
}

func (c *controller) CreateVolume(_ context.Context, r *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	if err := required("name", r.Name); err != nil {
		return nil, err
	}
	if len(r.VolumeCapabilities) == 0 {
		return nil, status.Error(codes.InvalidArgument, "capabilities missing")
	}
	c.disks.Lock()
	defer c.disks.Unlock()
	size := bytesOf(r.CapacityRange)
	if size > capacityBytes {
		return nil, status.Error(codes.OutOfRange, "no room for so much")
	}
	if there := c.disks.Volumes[r.Name]; there != nil && there.Size != size {
		return nil, status.Error(codes.AlreadyExists, "the volume has another size")
	} else if there == nil {
		if err := c.fill(r.Name, size, r.VolumeContentSource); err != nil {
			return nil, err
		}
		c.disks.Volumes[r.Name] = &volume{Size: size}
	}
	return &csi.CreateVolumeResponse{Volume: &csi.Volume{VolumeId: r.Name, CapacityBytes: size,
		VolumeContext: r.Parameters, ContentSource: r.VolumeContentSource,
		AccessibleTopology: []*csi.Topology{c.disks.topology()}}}, c.disks.save()
}

func (d *disks) topology() *csi.Topology {
	return &csi.Topology{Segments: map[string]string{topologyKey: d.node}}
}

// fill makes the file of a volume, with what another or a snapshot holds.
func (c *controller) fill(id string, size int64, source *csi.VolumeContentSource) error {
	from := ""
	if s := source.GetSnapshot(); s != nil {
		if c.disks.Snapshots[s.SnapshotId] == nil {
			return status.Error(codes.NotFound, "no snapshot "+s.SnapshotId)
		}
		from = s.SnapshotId
	} else if s := source.GetVolume(); s != nil {
		if _, err := c.disks.volume(s.VolumeId); err != nil {
			return err
		}
		syscall.Sync()
		from = s.VolumeId
	}
	if from != "" {
		if _, err := run("cp", c.disks.file(from), c.disks.file(id)); err != nil {
			return err
		}
	} else if err := os.WriteFile(c.disks.file(id), nil, 0600); err != nil {
		return err
	}
	return os.Truncate(c.disks.file(id), size)
}

func (c *controller) DeleteVolume(_ context.Context, r *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	if err := required("volume", r.VolumeId); err != nil {
		return nil, err
	}
	c.disks.Lock()
	defer c.disks.Unlock()
	if c.disks.Volumes[r.VolumeId] == nil {
		return &csi.DeleteVolumeResponse{}, nil
	}
	if err := c.free(r.VolumeId); err != nil {
		return nil, err
	}
	if err := os.Remove(c.disks.file(r.VolumeId)); err != nil {
		return nil, err
	}
	delete(c.disks.Volumes, r.VolumeId)
	return &csi.DeleteVolumeResponse{}, c.disks.save()
}

// free fails while a volume is used on the node.
func (c *controller) free(id string) error {
	device, err := c.disks.device(id)
	if err == nil && device != "" {
		err = status.Error(codes.FailedPrecondition, "the volume is in use as "+device)
	}
	return err
}

func (c *controller) ControllerPublishVolume(
	_ context.Context, r *csi.ControllerPublishVolumeRequest) (*csi.ControllerPublishVolumeResponse, error) {
	if err := required("volume or node", r.VolumeId, r.NodeId); err != nil {
		return nil, err
	}
	if r.VolumeCapability == nil {
		return nil, status.Error(codes.InvalidArgument, "capability missing")
	}
	c.disks.Lock()
	defer c.disks.Unlock()
	if _, err := c.disks.volume(r.VolumeId); err != nil {
		return nil, err
	}
	if r.NodeId != c.disks.node {
		return nil, status.Error(codes.NotFound, "no node "+r.NodeId)
	}
	return &csi.ControllerPublishVolumeResponse{PublishContext: map[string]string{"attached": r.NodeId}}, nil
}

func (c *controller) ControllerUnpublishVolume(
	_ context.Context, r *csi.ControllerUnpublishVolumeRequest) (*csi.ControllerUnpublishVolumeResponse, error) {
	if err := required("volume", r.VolumeId); err != nil {
		return nil, err
	}
	c.disks.Lock()
	defer c.disks.Unlock()
	if c.disks.Volumes[r.VolumeId] != nil {
		if err := c.free(r.VolumeId); err != nil {
			return nil, err
		}
	}
	return &csi.ControllerUnpublishVolumeResponse{}, nil
}

func (c *controller) ValidateVolumeCapabilities(
	_ context.Context, r *csi.ValidateVolumeCapabilitiesRequest) (*csi.ValidateVolumeCapabilitiesResponse, error) {
	if err := required("volume", r.VolumeId); err != nil {
		return nil, err
	}
	if len(r.VolumeCapabilities) == 0 {
		return nil, status.Error(codes.InvalidArgument, "capabilities missing")
	}
	c.disks.Lock()
	defer c.disks.Unlock()
	if _, err := c.disks.volume(r.VolumeId); err != nil {
		return nil, err
	}
	return &csi.ValidateVolumeCapabilitiesResponse{
		Confirmed: &csi.ValidateVolumeCapabilitiesResponse_Confirmed{VolumeCapabilities: r.VolumeCapabilities}}, nil
}

func (c *controller) GetCapacity(context.Context, *csi.GetCapacityRequest) (*csi.GetCapacityResponse, error) {
	return &csi.GetCapacityResponse{AvailableCapacity: capacityBytes}, nil
}

func (c *controller) ControllerExpandVolume(
	_ context.Context, r *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
	if err := required("volume", r.VolumeId); err != nil {
		return nil, err
	}
	if r.CapacityRange == nil {
		return nil, status.Error(codes.InvalidArgument, "range missing")
	}
	c.disks.Lock()
	defer c.disks.Unlock()
	grown, err := c.disks.volume(r.VolumeId)
	if err != nil {
		return nil, err
	}
	if size := bytesOf(r.CapacityRange); size > grown.Size {
		if err := os.Truncate(c.disks.file(r.VolumeId), size); err != nil {
			return nil, err
		}
		grown.Size = size
	}
	return &csi.ControllerExpandVolumeResponse{CapacityBytes: grown.Size, NodeExpansionRequired: true}, c.disks.save()
}

func (c *controller) CreateSnapshot(
	_ context.Context, r *csi.CreateSnapshotRequest) (*csi.CreateSnapshotResponse, error) {
	if err := required("name or volume", r.Name, r.SourceVolumeId); err != nil {
		return nil, err
	}
	c.disks.Lock()
	defer c.disks.Unlock()
	made := c.disks.Snapshots[r.Name]
	if made != nil && made.Source != r.SourceVolumeId {
		return nil, status.Error(codes.AlreadyExists, "the snapshot is one of another volume")
	}
	if made == nil {
		source, err := c.disks.volume(r.SourceVolumeId)
		if err != nil {
			return nil, err
		}
		syscall.Sync()
		if _, err := run("cp", c.disks.file(r.SourceVolumeId), c.disks.file(r.Name)); err != nil {
			return nil, err
		}
		made = &snapshot{Source: r.SourceVolumeId, Size: source.Size, Made: time.Now().Unix()}
		c.disks.Snapshots[r.Name] = made
	}
	return &csi.CreateSnapshotResponse{Snapshot: &csi.Snapshot{SnapshotId: r.Name, SourceVolumeId: made.Source,
		SizeBytes: made.Size, ReadyToUse: true, CreationTime: &timestamppb.Timestamp{Seconds: made.Made}}}, c.disks.save()
}

func (c *controller) DeleteSnapshot(
	_ context.Context, r *csi.DeleteSnapshotRequest) (*csi.DeleteSnapshotResponse, error) {
	if err := required("snapshot", r.SnapshotId); err != nil {
		return nil, err
	}
	c.disks.Lock()
	defer c.disks.Unlock()
	if c.disks.Snapshots[r.SnapshotId] != nil {
		if err := os.Remove(c.disks.file(r.SnapshotId)); err != nil {
			return nil, err
		}
		delete(c.disks.Snapshots, r.SnapshotId)
	}
	return &csi.DeleteSnapshotResponse{}, c.disks.save()
}
