# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_longhand_global_optspecs
    string join \n renderer= h/help V/version
end

function __fish_longhand_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_longhand_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_longhand_using_subcommand
    set -l cmd (__fish_longhand_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c longhand -n "__fish_longhand_needs_command" -l renderer -d 'What draws the window, from now on' -r -f -a "auto\t'The graphics card; where that fails, the processor'
software\t'The processor'"
complete -c longhand -n "__fish_longhand_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_needs_command" -s V -l version -d 'Print version'
complete -c longhand -n "__fish_longhand_needs_command" -a "recognize" -d 'Read whole pages: photos and scans of handwriting'
complete -c longhand -n "__fish_longhand_needs_command" -a "recognize-lines" -d 'Read images of single lines, whose paths come from standard input'
complete -c longhand -n "__fish_longhand_needs_command" -a "export" -d 'Read pages and write them as searchable PDF, Word, Markdown, text, PAGE XML, ALTO, hOCR or JSON'
complete -c longhand -n "__fish_longhand_needs_command" -a "watch" -d 'Read every page that arrives in a folder, and write its text beside it'
complete -c longhand -n "__fish_longhand_needs_command" -a "segment" -d 'Find the lines of pages without reading them'
complete -c longhand -n "__fish_longhand_needs_command" -a "evaluate" -d 'Measure error rates on labelled images of lines'
complete -c longhand -n "__fish_longhand_needs_command" -a "evaluate-lines" -d 'Measure how well the lines of labelled pages are found and read'
complete -c longhand -n "__fish_longhand_needs_command" -a "compare" -d 'Compare two models on the same lines'
complete -c longhand -n "__fish_longhand_needs_command" -a "models" -d 'List the models there are'
complete -c longhand -n "__fish_longhand_needs_command" -a "profile" -d 'Measure the time of one line, layer by layer'
complete -c longhand -n "__fish_longhand_needs_command" -a "synthesize" -d 'Draw a sheet of the synthetic lines that a recipe learns from'
complete -c longhand -n "__fish_longhand_needs_command" -a "train" -d 'Train a reader by a recipe'
complete -c longhand -n "__fish_longhand_needs_command" -a "distill" -d 'Train a small reader after a large one'
complete -c longhand -n "__fish_longhand_needs_command" -a "adapt" -d 'Adapt the reader to one hand, by corrected lines'
complete -c longhand -n "__fish_longhand_needs_command" -a "losses" -d 'Measure every loss of students against their teacher'
complete -c longhand -n "__fish_longhand_needs_command" -a "language-model" -d 'Make a language model from texts'
complete -c longhand -n "__fish_longhand_needs_command" -a "tucker" -d 'Decompose a trained reader\'s layers'
complete -c longhand -n "__fish_longhand_needs_command" -a "bench-training" -d 'Measure how fast this machine trains and draws lines'
complete -c longhand -n "__fish_longhand_needs_command" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c longhand -n "__fish_longhand_using_subcommand recognize" -l model -d 'The model that reads, or the folder of its package; `longhand models` lists those there are' -r
complete -c longhand -n "__fish_longhand_using_subcommand recognize" -l models -d 'A folder of model packages; comes before `LONGHAND_MODELS`, the folders beside the program and your own' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand recognize" -l threads -d 'Lines read at once [default: the number of cores]' -r
complete -c longhand -n "__fish_longhand_using_subcommand recognize" -l decoder -d 'How the text is found in what the model gives' -r -f -a "greedy\t'The most probable label of every frame'
beam\t'The most probable labelling, by prefix beam search'
language\t'The best labelling by network and English language model together'"
complete -c longhand -n "__fish_longhand_using_subcommand recognize" -l words -d 'A file of words that the reader should expect, such as names, parted by blanks or line ends' -r
complete -c longhand -n "__fish_longhand_using_subcommand recognize" -l format -d 'Text, or JSON with the place of every line' -r -f -a "txt\t'For people'
json\t'For programs'"
complete -c longhand -n "__fish_longhand_using_subcommand recognize" -l quick -d 'Read every line once and quickly: the text that the window shows first, with more mistakes'
complete -c longhand -n "__fish_longhand_using_subcommand recognize" -l straighten -d 'Cut out the sheet or board that a photo shows, where one stands out, and set it straight before it is read. Places that are told stay those in the photo; a PDF shows what was cut out'
complete -c longhand -n "__fish_longhand_using_subcommand recognize" -l adapt -d 'Get used to the hand first: adapt to what is read most surely on these pages, then read them again. For pages in one hand that is hard to read, at least 10 lines; takes about a minute more'
complete -c longhand -n "__fish_longhand_using_subcommand recognize" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand recognize-lines" -l model -d 'The model that reads, or the folder of its package; `longhand models` lists those there are' -r
complete -c longhand -n "__fish_longhand_using_subcommand recognize-lines" -l models -d 'A folder of model packages; comes before `LONGHAND_MODELS`, the folders beside the program and your own' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand recognize-lines" -l threads -d 'Lines read at once [default: the number of cores]' -r
complete -c longhand -n "__fish_longhand_using_subcommand recognize-lines" -l decoder -d 'How the text is found in what the model gives' -r -f -a "greedy\t'The most probable label of every frame'
beam\t'The most probable labelling, by prefix beam search'
language\t'The best labelling by network and English language model together'"
complete -c longhand -n "__fish_longhand_using_subcommand recognize-lines" -l words -d 'A file of words that the reader should expect, such as names, parted by blanks or line ends' -r
complete -c longhand -n "__fish_longhand_using_subcommand recognize-lines" -l quick -d 'Read every line once and quickly: the text that the window shows first, with more mistakes'
complete -c longhand -n "__fish_longhand_using_subcommand recognize-lines" -s 0 -l null -d 'The paths end with a zero byte each, as `find -print0` writes them, so that they may have line ends in them'
complete -c longhand -n "__fish_longhand_using_subcommand recognize-lines" -l timing -d 'Append a tab and the milliseconds from the decoded image to its text'
complete -c longhand -n "__fish_longhand_using_subcommand recognize-lines" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand export" -l model -d 'The model that reads, or the folder of its package; `longhand models` lists those there are' -r
complete -c longhand -n "__fish_longhand_using_subcommand export" -l models -d 'A folder of model packages; comes before `LONGHAND_MODELS`, the folders beside the program and your own' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand export" -l threads -d 'Lines read at once [default: the number of cores]' -r
complete -c longhand -n "__fish_longhand_using_subcommand export" -l decoder -d 'How the text is found in what the model gives' -r -f -a "greedy\t'The most probable label of every frame'
beam\t'The most probable labelling, by prefix beam search'
language\t'The best labelling by network and English language model together'"
complete -c longhand -n "__fish_longhand_using_subcommand export" -l words -d 'A file of words that the reader should expect, such as names, parted by blanks or line ends' -r
complete -c longhand -n "__fish_longhand_using_subcommand export" -l format -d 'What to write' -r -f -a "pdf\t'The page\'s picture with its words, unseen, on the ink'
page-xml\t'PAGE XML of 2019, for Transkribus, eScriptorium and OCR-D'
alto\t'ALTO 4.2, for libraries'
hocr\t'HTML with the places of words'
txt\t'The text alone'
markdown\t'The text with headings, lists and boxes to tick'
docx\t'The same for Word and `LibreOffice`'
json\t'Lines, words, places, confidences and alternatives'
png\t'The cleaned picture, without text'"
complete -c longhand -n "__fish_longhand_using_subcommand export" -l out -d 'The folder to write to' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand export" -l quick -d 'Read every line once and quickly: the text that the window shows first, with more mistakes'
complete -c longhand -n "__fish_longhand_using_subcommand export" -l straighten -d 'Cut out the sheet or board that a photo shows, where one stands out, and set it straight before it is read. Places that are told stay those in the photo; a PDF shows what was cut out'
complete -c longhand -n "__fish_longhand_using_subcommand export" -l adapt -d 'Get used to the hand first: adapt to what is read most surely on these pages, then read them again. For pages in one hand that is hard to read, at least 10 lines; takes about a minute more'
complete -c longhand -n "__fish_longhand_using_subcommand export" -l paragraphs -d 'Join lines to paragraphs in text, Markdown and DOCX'
complete -c longhand -n "__fish_longhand_using_subcommand export" -l typographic -d 'Write curved quotation marks, long dashes and ellipses in text, Markdown and DOCX'
complete -c longhand -n "__fish_longhand_using_subcommand export" -l overwrite -d 'Replace files of the same names in the folder'
complete -c longhand -n "__fish_longhand_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l model -d 'The model that reads, or the folder of its package; `longhand models` lists those there are' -r
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l models -d 'A folder of model packages; comes before `LONGHAND_MODELS`, the folders beside the program and your own' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l threads -d 'Lines read at once [default: the number of cores]' -r
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l decoder -d 'How the text is found in what the model gives' -r -f -a "greedy\t'The most probable label of every frame'
beam\t'The most probable labelling, by prefix beam search'
language\t'The best labelling by network and English language model together'"
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l words -d 'A file of words that the reader should expect, such as names, parted by blanks or line ends' -r
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l format -d 'What to write' -r -f -a "pdf\t'The page\'s picture with its words, unseen, on the ink'
page-xml\t'PAGE XML of 2019, for Transkribus, eScriptorium and OCR-D'
alto\t'ALTO 4.2, for libraries'
hocr\t'HTML with the places of words'
txt\t'The text alone'
markdown\t'The text with headings, lists and boxes to tick'
docx\t'The same for Word and `LibreOffice`'
json\t'Lines, words, places, confidences and alternatives'
png\t'The cleaned picture, without text'"
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l out -d 'The folder to write to, if it is not the watched one' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l interval -d 'Seconds between two looks at the folder' -r
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l quick -d 'Read every line once and quickly: the text that the window shows first, with more mistakes'
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l straighten -d 'Cut out the sheet or board that a photo shows, where one stands out, and set it straight before it is read. Places that are told stay those in the photo; a PDF shows what was cut out'
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l adapt -d 'Get used to the hand first: adapt to what is read most surely on these pages, then read them again. For pages in one hand that is hard to read, at least 10 lines; takes about a minute more'
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l paragraphs -d 'Join lines to paragraphs in text, Markdown and DOCX'
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l typographic -d 'Write curved quotation marks, long dashes and ellipses in text, Markdown and DOCX'
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l overwrite -d 'Read files again that changed after their result was written, and replace it'
complete -c longhand -n "__fish_longhand_using_subcommand watch" -l once -d 'End when everything that is there has been read'
complete -c longhand -n "__fish_longhand_using_subcommand watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand segment" -l format -d 'Rows separated by tabs, or JSON with outlines and baselines' -r -f -a "txt\t'For people'
json\t'For programs'"
complete -c longhand -n "__fish_longhand_using_subcommand segment" -l crops -d 'A new folder for the images of the lines, named by their ids' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand segment" -l tuning -d 'A TOML file of numbers that replace the tuned ones' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand segment" -l print-tuning -d 'Write the numbers that preparation and line finding decide by, as TOML for `--tuning`, and find no lines'
complete -c longhand -n "__fish_longhand_using_subcommand segment" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand evaluate" -l model -d 'The model that reads, or the folder of its package; `longhand models` lists those there are' -r
complete -c longhand -n "__fish_longhand_using_subcommand evaluate" -l models -d 'A folder of model packages; comes before `LONGHAND_MODELS`, the folders beside the program and your own' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand evaluate" -l threads -d 'Lines read at once [default: the number of cores]' -r
complete -c longhand -n "__fish_longhand_using_subcommand evaluate" -l decoder -d 'How the text is found in what the model gives' -r -f -a "greedy\t'The most probable label of every frame'
beam\t'The most probable labelling, by prefix beam search'
language\t'The best labelling by network and English language model together'"
complete -c longhand -n "__fish_longhand_using_subcommand evaluate" -l decoder-tuning -d 'Other numbers for the decoder with the language model: a TOML file with some of those of `DecoderTuning`, for example `weight = 0.5` under `[language]`' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand evaluate" -l format -d 'A report to read, or JSON' -r -f -a "txt\t'For people'
json\t'For programs'"
complete -c longhand -n "__fish_longhand_using_subcommand evaluate" -l report -d 'Write a report to pass on: one HTML file with the numbers, what was taken for what, and the worst lines' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand evaluate" -l table -d 'Write a table of all lines: their true text, what was read, error rates, milliseconds' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand evaluate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l model -d 'The model that reads, or the folder of its package; `longhand models` lists those there are' -r
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l models -d 'A folder of model packages; comes before `LONGHAND_MODELS`, the folders beside the program and your own' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l threads -d 'Lines read at once [default: the number of cores]' -r
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l decoder -d 'How the text is found in what the model gives' -r -f -a "greedy\t'The most probable label of every frame'
beam\t'The most probable labelling, by prefix beam search'
language\t'The best labelling by network and English language model together'"
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l words -d 'A file of words that the reader should expect, such as names, parted by blanks or line ends' -r
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l tuning -d 'A TOML file of numbers that replace the tuned ones; `longhand segment --print-tuning` writes all of them' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l careless -d 'Measure on pages turned by so many degrees, warped, shaded and compressed, instead of the pages as they are' -r
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l turned -d 'Measure on pages turned by so many degrees and nothing else, instead of the pages as they are' -r
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l format -d 'A report to read, or JSON' -r -f -a "txt\t'For people'
json\t'For programs'"
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l quick -d 'Read every line once and quickly: the text that the window shows first, with more mistakes'
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l unread -d 'Only find lines, without reading them'
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -l adapt -d 'Read every page with a reader adapted to what it reads most surely there, as `recognize --adapt` does'
complete -c longhand -n "__fish_longhand_using_subcommand evaluate-lines" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand compare" -l models -d 'A folder of model packages; comes before `LONGHAND_MODELS`, the folders beside the program and your own' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand compare" -l threads -d 'Lines read at once [default: the number of cores]' -r
complete -c longhand -n "__fish_longhand_using_subcommand compare" -l decoder -d 'How the text is found in what the models give' -r -f -a "greedy\t'The most probable label of every frame'
beam\t'The most probable labelling, by prefix beam search'
language\t'The best labelling by network and English language model together'"
complete -c longhand -n "__fish_longhand_using_subcommand compare" -l lines -d 'Which lines to show' -r -f -a "all\t'Every line'
differing\t'Those that the models read differently'
a-right\t'Those that A alone reads without error'
b-right\t'Those that B alone reads without error'
both-wrong\t'Those that neither reads without error'"
complete -c longhand -n "__fish_longhand_using_subcommand compare" -l table -d 'Write a table of all lines: of both models text, error rates, confidence, milliseconds' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand compare" -l format -d 'A report to read, or JSON' -r -f -a "txt\t'For people'
json\t'For programs'"
complete -c longhand -n "__fish_longhand_using_subcommand compare" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand models" -l models -d 'A folder of model packages; comes before `LONGHAND_MODELS`, the folders beside the program and your own' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand models" -l format -d 'Rows parted by tabs, or JSON' -r -f -a "txt\t'For people'
json\t'For programs'"
complete -c longhand -n "__fish_longhand_using_subcommand models" -l figures -d 'Print nothing: write the table of measured figures between the markers of this Markdown file' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand models" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand profile" -l model -d 'The model that reads, or the folder of its package; `longhand models` lists those there are' -r
complete -c longhand -n "__fish_longhand_using_subcommand profile" -l models -d 'A folder of model packages; comes before `LONGHAND_MODELS`, the folders beside the program and your own' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand profile" -l width -d 'Columns of the line after normalization' -r
complete -c longhand -n "__fish_longhand_using_subcommand profile" -l threads -d 'Lines read at once, one on each thread' -r
complete -c longhand -n "__fish_longhand_using_subcommand profile" -l format -d 'A table to read, JSON, rows parted by commas, or a trace' -r -f -a "txt\t'For people'
json\t'For programs'
csv\t'For spreadsheets'
trace\t'For `chrome://tracing` and Perfetto'"
complete -c longhand -n "__fish_longhand_using_subcommand profile" -l lines -d 'At most so many of them, evenly chosen' -r
complete -c longhand -n "__fish_longhand_using_subcommand profile" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand synthesize" -l config -d 'The recipe: network, lines, schedule' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand synthesize" -l stage -d 'Version of the recipe\'s stage [default: the last]' -r
complete -c longhand -n "__fish_longhand_using_subcommand synthesize" -l sheet -d 'The sheet to write, PNG' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand synthesize" -l count -d 'Lines of each synthetic source' -r
complete -c longhand -n "__fish_longhand_using_subcommand synthesize" -l first -d 'Number of the first line' -r
complete -c longhand -n "__fish_longhand_using_subcommand synthesize" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand train" -l config -d 'The recipe: network, lines, schedule' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand train" -l stage -d 'Version of the recipe\'s stage [default: the last]' -r
complete -c longhand -n "__fish_longhand_using_subcommand train" -l run -d 'Folder of the run' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand train" -l package -d 'Where to write the model package of the best weights, at the end' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand train" -l minutes -d 'Stop after N minutes, with a checkpoint; a new distillation is shortened to fit in' -r
complete -c longhand -n "__fish_longhand_using_subcommand train" -l threads -d 'Worker threads [default: all cores]' -r
complete -c longhand -n "__fish_longhand_using_subcommand train" -l list-stages -d 'Train nothing: print the recipe\'s stages, one a row, parted by tabs'
complete -c longhand -n "__fish_longhand_using_subcommand train" -l export-only -d 'Train no further: only write the package of the best weights so far'
complete -c longhand -n "__fish_longhand_using_subcommand train" -l detached -d 'Ignore standard input'
complete -c longhand -n "__fish_longhand_using_subcommand train" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l config -d 'The recipe: network, lines, schedule' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l stage -d 'Version of the recipe\'s stage [default: the last]' -r
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l teacher -d 'The teacher: a checkpoint, or the folder of a model package' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l criterion -d 'What to minimize: ctc, softmax-ce, ip-l2, lstm-l2, cnn-mah or cnn-l2' -r
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l temperature -d 'Temperature of softmax-ce' -r
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l steps -d 'Steps of distillation' -r
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l epochs -d 'Passes over the lines in distillation, in place of steps' -r
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l fine-tune-steps -d 'Steps on the labels afterwards' -r
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l unlabelled -d 'Folders or sets of line images without labels, drawn as often (with the pages) as all labelled lines together' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l unlabelled-pages -d 'Images of whole pages without labels, or folders of them; lines are found on them' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l run -d 'Folder of the run' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l package -d 'Where to write the model package of the best weights, at the end' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l minutes -d 'Stop after N minutes, with a checkpoint; a new distillation is shortened to fit in' -r
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l threads -d 'Worker threads [default: all cores]' -r
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l all-criteria -d 'Try all criteria one after the other; they share `--minutes`'
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l export-only -d 'Train no further: only write the package of the best weights so far'
complete -c longhand -n "__fish_longhand_using_subcommand distill" -l detached -d 'Ignore standard input'
complete -c longhand -n "__fish_longhand_using_subcommand distill" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -l lines -d 'Lines of one hand with their text; at least 20, or 5 with `--as-read`' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -l model -d 'The model that reads, or the folder of its package; `longhand models` lists those there are' -r
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -l models -d 'A folder of model packages; comes before `LONGHAND_MODELS`, the folders beside the program and your own' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -l title -d 'The new reader\'s name for people' -r
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -l run -d 'Folder of the run' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -l package -d 'Where to write the new reader\'s package' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -l steps -d 'Steps of training [default: 100, or 50 with `--as-read`]' -r
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -l minutes -d 'Stop after N minutes, with a checkpoint; a new distillation is shortened to fit in' -r
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -l threads -d 'Worker threads [default: all cores]' -r
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -l as-read -d 'Their text was read by a reader and not corrected: all lines are trained on, and only other hands are evaluated'
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -l detached -d 'Ignore standard input'
complete -c longhand -n "__fish_longhand_using_subcommand adapt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand losses" -l teacher -d 'The teacher: a checkpoint, or the folder of a model package' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand losses" -l student -d 'The students: checkpoints, or folders of model packages' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand losses" -l set -d 'Labelled lines: a set as `longhand evaluate` takes it' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand losses" -l temperature -d 'Temperature of softmax-ce' -r
complete -c longhand -n "__fish_longhand_using_subcommand losses" -l format -d 'Rows separated by tabs, or JSON' -r -f -a "txt\t'For people'
json\t'For programs'"
complete -c longhand -n "__fish_longhand_using_subcommand losses" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand language-model" -l out -d 'The file to write' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand language-model" -l words-out -d 'The list of words to write' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand language-model" -l dictionary -d 'A file of words, one a line, for the list; may be given several times' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand language-model" -l texts-out -d 'The texts themselves, made-up lines among them, one a line: what a recurrent model is to learn from' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand language-model" -l made-up -d 'Lines that are made up' -r
complete -c longhand -n "__fish_longhand_using_subcommand language-model" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand tucker" -l model -d 'The trained network: a checkpoint, or the folder of a model package' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand tucker" -l ranks -d 'v1, v2 or v3 of the paper; the ranks of four stages, such as 16,28,64,64; or the part of the variance to keep' -r
complete -c longhand -n "__fish_longhand_using_subcommand tucker" -l lstm-rank -d 'Features that the second LSTM layer is to read' -r
complete -c longhand -n "__fish_longhand_using_subcommand tucker" -l start -d 'The checkpoint to write' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand tucker" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand bench-training" -l columns -d 'Columns a batch' -r
complete -c longhand -n "__fish_longhand_using_subcommand bench-training" -l seconds -d 'Seconds for each way to train, at least' -r
complete -c longhand -n "__fish_longhand_using_subcommand bench-training" -l config -d 'A recipe, of whose last stage to draw the synthetic lines' -r -F
complete -c longhand -n "__fish_longhand_using_subcommand bench-training" -l threads -d 'Worker threads [default: all cores]' -r
complete -c longhand -n "__fish_longhand_using_subcommand bench-training" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "recognize" -d 'Read whole pages: photos and scans of handwriting'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "recognize-lines" -d 'Read images of single lines, whose paths come from standard input'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "export" -d 'Read pages and write them as searchable PDF, Word, Markdown, text, PAGE XML, ALTO, hOCR or JSON'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "watch" -d 'Read every page that arrives in a folder, and write its text beside it'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "segment" -d 'Find the lines of pages without reading them'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "evaluate" -d 'Measure error rates on labelled images of lines'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "evaluate-lines" -d 'Measure how well the lines of labelled pages are found and read'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "compare" -d 'Compare two models on the same lines'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "models" -d 'List the models there are'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "profile" -d 'Measure the time of one line, layer by layer'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "synthesize" -d 'Draw a sheet of the synthetic lines that a recipe learns from'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "train" -d 'Train a reader by a recipe'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "distill" -d 'Train a small reader after a large one'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "adapt" -d 'Adapt the reader to one hand, by corrected lines'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "losses" -d 'Measure every loss of students against their teacher'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "language-model" -d 'Make a language model from texts'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "tucker" -d 'Decompose a trained reader\'s layers'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "bench-training" -d 'Measure how fast this machine trains and draws lines'
complete -c longhand -n "__fish_longhand_using_subcommand help; and not __fish_seen_subcommand_from recognize recognize-lines export watch segment evaluate evaluate-lines compare models profile synthesize train distill adapt losses language-model tucker bench-training help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
