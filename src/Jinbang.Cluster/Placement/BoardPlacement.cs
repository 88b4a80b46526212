using Orleans.Placement;

namespace Jinbang.Cluster.Placement;

/// <summary>Boards are placed by <see cref="BoardPlacementDirector"/>.</summary>
[Serializable]
internal sealed class BoardPlacement : PlacementStrategy;

/// <summary>Marks the grain that is placed so.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class BoardPlacementAttribute() : PlacementAttribute(new BoardPlacement());
