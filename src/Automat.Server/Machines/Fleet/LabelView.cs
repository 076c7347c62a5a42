using Automat.Server.Panel;

namespace Automat.Server.Machines.Fleet;

/// <summary>A label to print and put on a machine.</summary>
/// <param name="Id">The machine's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Location">Where it stands.</param>
/// <param name="Link">What the code opens.</param>
/// <param name="Picture">The code.</param>
public sealed record LabelView(string Id, string Name, string Location, string Link, string Picture);

/// <summary>Labels to print, and machines to choose for it.</summary>
/// <param name="Labels">What is printed.</param>
/// <param name="Machines">All machines, and whether each was chosen.</param>
public sealed record LabelsView(IReadOnlyList<LabelView> Labels, IReadOnlyList<(Choice Machine, bool Chosen)> Machines);
