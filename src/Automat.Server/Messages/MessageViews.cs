using Automat.Server.Panel;

namespace Automat.Server.Messages;

/// <summary>The list of what customers reported.</summary>
/// <param name="Page">The rows.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Machines">Machines to narrow the list to.</param>
public sealed record MessagesView(ListPage<MessageRow> Page, IReadOnlyList<Column<MessageRow>> Columns, IReadOnlyList<Choice> Machines);

/// <summary>A row of the list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it came.</param>
/// <param name="Topic">What it is about.</param>
/// <param name="Text">What was written, as far as a row has room.</param>
/// <param name="Machine">The machine's name; null where none was named.</param>
/// <param name="State">How far it has been dealt with.</param>
/// <param name="HasPhoto">Whether there is a picture.</param>
public sealed record MessageRow(
    Guid Id, DateTimeOffset At, MessageTopic Topic, string Text, string? Machine, MessageState State, bool HasPhoto);

/// <summary>One report.</summary>
/// <param name="Row">What the list shows of it.</param>
/// <param name="MachineId">The machine's id.</param>
/// <param name="Sale">The sale's id.</param>
/// <param name="Email">Where an answer is wanted.</param>
/// <param name="Language">The language it was written in.</param>
/// <param name="State">What is chosen, or was saved.</param>
/// <param name="Note">What is typed, or was saved.</param>
public sealed record MessageView(
    MessageRow Row, string? MachineId, Guid? Sale, string? Email, string Language, MessageState State, string? Note)
{
    /// <summary>What staff did with it.</summary>
    public IReadOnlyList<TimelineItem> Path { get; init; } = [];

    /// <summary>Whether the reader may change it.</summary>
    public bool MayWrite { get; init; }

    /// <summary>Key of what is wrong with the note.</summary>
    public string? NoteWrong { get; init; }

    /// <summary>Key of what was done.</summary>
    public string? Done { get; init; }
}
