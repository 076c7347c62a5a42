namespace Automat.Server.Messages;

/// <summary>Names the texts of customers' reports (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
