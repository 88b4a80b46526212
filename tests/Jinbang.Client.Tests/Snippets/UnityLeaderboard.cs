using System.IO;
using System.Linq;
using System.Threading;
using Jinbang.Client;
using UnityEngine;
using UnityEngine.UI;

public sealed class UnityLeaderboard : MonoBehaviour
{
    public Text list;
    private JinbangClient jinbang;
    private readonly CancellationTokenSource closed = new();

    private async void Start()
    {
        jinbang = new JinbangClient(new JinbangOptions(new System.Uri("https://scores.example"), "lantern-run")
        {
            Key = "jbc_…",
            Kept = new KeptInFile(Path.Combine(Application.persistentDataPath, "jinbang.json")),
        });
        try
        {
            // Unity goes on with each state on the main thread.
            await foreach (var page in jinbang.LiveAsync(top: 10, cancellationToken: closed.Token))
            {
                list.text = string.Join("\n", page.Lines.Select(line => $"{line.Rank}. {line.Nickname ?? "—"}  {line.Score}"));
            }
        }
        catch (System.OperationCanceledException)
        {
            // The scene is closed.
        }
    }

    /// <summary>Called when a round ends: the place, or null when the score will be sent later.</summary>
    public async System.Threading.Tasks.Task<int?> RoundOver(int score)
    {
        var receipt = await jinbang.SubmitAsync(score);
        return receipt.IsQueued ? null : receipt.Windows[0].Rank;
    }

    private void OnApplicationFocus(bool hasFocus)
    {
        if (hasFocus)
        {
            jinbang?.Flush();
        }
    }

    private async void OnDestroy()
    {
        closed.Cancel();
        await jinbang.DisposeAsync();
    }
}
