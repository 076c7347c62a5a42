namespace Automat.Server.Panel;

/// <summary>A row of the table on the page of components.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Sold">How many were sold.</param>
/// <param name="IsOn">Whether it is on sale.</param>
public sealed record ComponentRow(string Name, int Sold, bool IsOn);
