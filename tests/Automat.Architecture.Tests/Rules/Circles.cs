namespace Automat.Architecture.Tests.Rules;

/// <summary>Circles in a graph: its strongly connected components of more than one node (Tarjan).</summary>
internal static class Circles
{
    public static List<IReadOnlyList<string>> Of(IReadOnlyDictionary<string, IReadOnlyList<string>> arrows) =>
        new Search(arrows).Run();

    private sealed class Search(IReadOnlyDictionary<string, IReadOnlyList<string>> arrows)
    {
        private readonly Dictionary<string, int> index = [];
        private readonly Dictionary<string, int> low = [];
        private readonly Stack<string> open = [];
        private readonly HashSet<string> isOpen = [];
        private readonly List<IReadOnlyList<string>> circles = [];

        public List<IReadOnlyList<string>> Run()
        {
            foreach (var node in arrows.Keys.Order(StringComparer.Ordinal))
                if (!index.ContainsKey(node)) Visit(node);
            return circles;
        }

        private void Visit(string node)
        {
            index[node] = low[node] = index.Count;
            open.Push(node);
            isOpen.Add(node);
            foreach (var next in arrows.GetValueOrDefault(node, []))
            {
                if (!index.TryGetValue(next, out var seen))
                {
                    Visit(next);
                    low[node] = Math.Min(low[node], low[next]);
                }
                else if (isOpen.Contains(next))
                {
                    low[node] = Math.Min(low[node], seen);
                }
            }

            if (low[node] == index[node]) Close(node);
        }

        private void Close(string root)
        {
            var members = new List<string>();
            string member;
            do
            {
                member = open.Pop();
                isOpen.Remove(member);
                members.Add(member);
            }
            while (member != root);
            if (members.Count > 1) circles.Add([.. members.Order(StringComparer.Ordinal)]);
        }
    }
}
