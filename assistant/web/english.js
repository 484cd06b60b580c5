// The page in English, for whoever switches to it: its own words only. What documents and replies say stays as it is.
// (Gradio's I18n follows the browser's language alone and does not reach what is rendered as HTML.)
"use strict";

const IS_ENGLISH = document.documentElement.lang === "en";

const WORDS = new Map([
  ["English", "中文"],
  ["部门预算绩效目标 · 问答、台账、起草", "Departmental budget performance goals: ask, look up, draft"],
  ["问答", "Ask"],
  ["项目台账", "Projects"],
  ["起草", "Draft"],
  ["文件", "Documents"],
  ["管理", "Administration"],
  ["退出登录", "Sign out"],
  ["历史对话", "Past conversations"],
  ["搜索历史对话", "Search past conversations"],
  ["打开", "Open"],
  ["删除", "Delete"],
  ["新的名称", "New name"],
  ["改名", "Rename"],
  ["导出", "Export"],
  ["绩效目标助手", "Performance Goals Assistant"],
  [
    "用平常的话提问：预算、支出计划、绩效目标、工作措施，或起草、检查。每个数字都标明出处，点编号即可核对原文。",
    "Ask in plain words, in Chinese or English: budgets, spending plans, goals, measures; or ask for a draft or a check. Every figure names its source: click its number to see the original.",
  ],
  ["正在查找…", "Looking it up…"],
  [
    "正在修改之前的问题：发送后，那一问及其后的内容由新的问答取代。按 Esc 放弃。",
    "Editing an earlier question: once sent, it replaces that question and what followed. Esc to give up.",
  ],
  ["接着谈的对话", "Conversation to go on with"],
  ["修改第几问", "Question to edit"],
  ["问题", "Question"],
  ["问", "Question"],
  ["答", "Reply"],
  ["发送", "Send"],
  ["停止", "Stop"],
  ["新对话", "New chat"],
  ["请输入问题，回车发送（Shift+回车换行）", "Type a question; Enter sends it (Shift+Enter for a new line)"],
  ["修改", "Edit"],
  ["复制", "Copy"],
  ["已复制", "Copied"],
  ["无法复制", "Cannot copy"],
  ["来源", "Source "],
  ["来源原文", "The source"],
  ["这处来源没有行号。", "This source has no line number."],
  ["关闭", "Close"],
  ["算式", "Formula"],
  ["数字不对", "Wrong figure"],
  ["来源不对", "Wrong source"],
  ["没答到点上", "Beside the point"],
  ["该答的没答", "Should have answered"],
  ["存为 Excel", "Save as Excel"],
  ["（空白）", "(blank)"],
  ["空白", "blank"],
  ["涉密", "classified"],
  ["项目", "Project"],
  ["预算数", "Budget"],
  ["筛选", "Filter"],
  ["按单位、年度、编码或名称筛选", "Filter by unit, year, code or name"],
  ["单位", "Unit"],
  ["年度", "Year"],
  ["项目编码", "Code"],
  ["项目名称", "Project"],
  ["财政资金", "Fiscal funds"],
  ["其他资金", "Other funds"],
  ["推断", "inferred"],
  ["（未写明）", "(not stated)"],
  ["全部单位", "All units"],
  ["全部年度", "All years"],
  ["看什么", "View"],
  ["列表", "List"],
  ["预算比较", "Budgets compared"],
  ["逐年比较", "Year over year"],
  ["看哪个项目", "Project to show"],
  ["详情", "details"],
  ["收起", "Close"],
  ["历年", "Over the years"],
  ["资金用途", "Purpose"],
  ["绩效目标", "Goal"],
  ["一级指标", "Level 1"],
  ["二级指标", "Level 2"],
  ["三级指标", "Level 3"],
  ["绩效指标描述", "Description"],
  ["指标值", "Target"],
  ["指标值确定依据", "Basis"],
  ["与最大的相比", "Against the largest"],
  ["增减", "Change"],
  ["增减比例", "Change, %"],
  ["说明", "Remark"],
  ["新增", "new"],
  ["不再安排", "dropped"],
  ["支出计划有变化", "plan changed"],
  ["没有可以比较的两个年度：同一单位要有两年的文件。", "There are no two years to compare: a unit needs documents of two years."],
  [
    "金额单位：万元。同一项目按名称或编码认定；空白和涉密的不计算变化；比例四舍五入到百分之零点零一。点一格可看原文。",
    "Amounts in 万元 (10,000 yuan). The same project is told by name or code; blank and classified cells give no change; shares are rounded to 0.01 %. Click a cell for its source.",
  ],
  ["没有符合条件的项目。", "No project matches."],
  ["资料库里还没有项目。", "There are no projects in the library yet."],
  [
    "金额单位：万元；支出计划为截至各月底的累计比例（按理解，文件未写明“累计”）。点一格可看原文。",
    "Amounts in 万元 (10,000 yuan); plans are cumulative shares up to the end of each month (our reading: the document does not say so). Click a cell for its source.",
  ],
  ["依据的文件", "Based on"],
  ["起草内容", "What to draft"],
  ["预算年度（可不填）", "Budget year (optional)"],
  ["要求（可不填）", "What should change (optional)"],
  ["例如：更简洁；预算改为20万元，3月底30%", "In Chinese: shorter, another budget, another share by the end of March …"],
  ["生成草稿", "Make a draft"],
  ["版本", "Version"],
  ["保存名称", "Save name"],
  ["恢复为最新版", "Make this the latest"],
  ["给这一版起名", "Name this version"],
  ["请先选一个版本。", "Choose a version first."],
  ["这一版就是最新版。", "This version is the latest already."],
  ["看这一处", "Show the place"],
  ["左右对照", "Side by side with"],
  ["填入待填处", "Fill in a blank"],
  ["填入", "Fill in"],
  [
    "选好范围后点“生成草稿”。没有依据的数字会留空并标出，点一处即可填写。",
    "Choose what to draft, then “Make a draft”. Figures without a source stay open blanks; click one to fill it in.",
  ],
  ["下载 Word", "Download Word"],
  ["下载 Markdown", "Download Markdown"],
  ["下载对照稿（修订标记）", "Download redline (tracked changes)"],
  ["新写", "new"],
  ["待填", "blank"],
  ["其余沿用原文；停在句子上可看依据。", "The rest is last year's text; rest on a sentence to see what it is based on."],
  ["每句依据", "Sources, sentence by sentence"],
  ["原文", "Was"],
  ["改为", "Is now"],
  ["理由", "Why"],
  ["句子", "Sentence"],
  ["来历", "Origin"],
  ["依据", "Source"],
  ["刷新列表", "Refresh"],
  ["选择文件上传（可多选）", "Choose files to upload"],
  ["选择要上传的文件", "Choose files to upload"],
  ["选择新版本", "Choose the new version"],
  ["资料库里还没有文件。", "There are no documents in the library yet."],
  ["替换为新版本", "Replace with a new version"],
  ["检查没有发现问题。", "The check found nothing."],
  ["错误", "Error"],
  ["提示", "Note"],
  ["提醒", "Warning"],
  ["完成", "Done"],
  ["取消", "Cancel"],
  ["替换", "Replace"],
  [
    "文件的文字、项目记录和索引都会从本机删除，不能恢复；如需再用，要重新上传原文件。",
    "Its text, records and index are removed from this machine for good; to use it again, upload the file again.",
  ],
  ["连接中断，不能确定是否已删除，请刷新列表。", "Connection lost; whether it is deleted is not known: refresh the list."],
  ["审计记录", "Audit"],
  ["最新", "Newest"],
  ["更早", "Older"],
  ["核对全部记录", "Check all entries"],
  ["还没有记录。", "No entries yet."],
  ["导出全部审计记录", "Export the whole audit"],
  ["（每行一条 JSON，末尾附校验码）", " (one JSON object a line, each with its link)"],
  ["序号", "No."],
  ["时间（UTC）", "Time (UTC)"],
  ["使用者", "Who"],
  ["类别", "Kind"],
  ["结果", "Outcome"],
  ["依据的文件版本", "Document versions"],
  ["使用者评价", "Feedback"],
  ["评价", "Feedback"],
  ["正确的做法", "The right behaviour"],
  ["正确答案里必须出现的文字（一行一条）", "What the right answer must contain (one a line)"],
  ["存为用例", "Keep as a case"],
  ["已存为用例。", "Kept as a case."],
  ["导出全部用例", "Export all cases"],
  ["（用 jixiao eval --import 收为待审核的评测用例）", " (jixiao eval --import takes it in as cases to be reviewed)"],
  ["项目数据", "records"],
  ["文字内容", "passages"],
  ["检查", "check"],
  ["不予公开", "not public"],
  ["使用帮助", "help"],
  ["回答", "answered"],
  ["拒绝", "refused"],
  ["追问", "asked back"],
  ["未找到", "not found"],
  ["草稿", "draft"],
  ["收录", "added"],
  ["未变", "unchanged"],
  ["拒收", "rejected"],
  ["问：", "Q: "],
  ["答：", "A: "],
  ["请选择一条评价，并写明正确答案里必须出现的文字。", "Choose an entry and write what the right answer must contain."],
  ["现在的答复与当时相同。下面已按它填好，请改成正确的再存。", "The reply today is the same. It is filled in below: correct it before keeping it."],
  ["现在的答复已经不同，下面已按它填好，核对后再存：", "The reply today is another one. It is filled in below: check it before keeping it."],
  ["没有可以对照的文字：依据的文件或那一版已不在。", "There is nothing to compare with: the document or that version is gone."],
  ["没有得到回答", "Not answered"],
  ["沿用", "kept"],
  ["删去", "removed"],
  ["年度未写明", "year not stated"],
  ["单位未写明", "unit not stated"],
  ["资金支出计划（累计）", "Spending plan (cumulative)"],
  ["由项目编码推断，文件未写明年度", "Inferred from the project code; the document states no year"],
  ["登录已过期", "Your session has ended"],
  [
    "请重新登录。页面上的内容都还在，登录后再做一次刚才的操作即可。",
    "Please sign in again. Everything on the page is still there: do the last step once more afterwards.",
  ],
  ["用户名", "User name"],
  ["口令", "Password"],
  ["登录", "Sign in"],
  ["以后再说", "Later"],
  ["用户名或口令不正确。", "Wrong user name or password."],
  ["连接中断，请稍后再试。", "Connection lost, please try again later."],
  ["会话已过期，请刷新页面。", "Your session has ended, please reload the page."],
  ["操作没有完成，请刷新页面后再试。", "That did not work; please reload the page and try again."],
  ["请先选择一个历史对话。", "Choose a past conversation first."],
  ["请先选择一个历史对话，再写新的名称。", "Choose a past conversation first, then write its new name."],
  ["请先选择文件和起草内容。", "Choose a document and what to draft first."],
  ["预算年度请写四位数字，例如 2026。", "Write the budget year in four digits, such as 2026."],
  [
    "内容带有密级标志，没有采用，也没有保留。请勿在本系统填写涉密内容。",
    "This carries a secrecy mark: it was not used and not kept. Do not enter classified content here.",
  ],
  ["这一步没有完成。", "That step did not work."],
]);

const ROLES = { 查看: "viewer", 起草: "drafter", 管理: "administrator" };
const FORMS = [
  [/^共 (\d+) 个项目$/, "$1 projects"],
  [/^符合条件的有 (\d+) 个项目（共 (\d+) 个）$/, "$1 of $2 projects"],
  [/^比较 (\d+) 个项目的预算(?:，(\d+) 个的预算空白或涉密，未列入)?(?:，显示最大的 (\d+) 个)?$/, (_, n, left, most) => `The budgets of ${n} projects${left ? `, ${left} left out as blank or classified` : ""}${most ? `, the largest ${most}` : ""}`],
  [/^绩效指标（(\d+) 行）$/, "Indicators ($1 rows)"],
  [/^(预算数|财政资金|其他资金)（万元）$/, (_, name) => ({ 预算数: "Budget", 财政资金: "Fiscal", 其他资金: "Other" })[name]],
  [/^(\d{4}) 年$/, "$1"],
  [/^原名：(.*)$/, "formerly $1"],
  [/^这次问答没有保存：(.*)$/, "This was not kept: $1"],
  [/^来源（(\d+)）$/, "Sources ($1)"],
  [/^表格（(\d+) 行，可排序）$/, "Table ($1 rows, sortable)"],
  [/^所答问题：(.*)$/s, "Question answered: $1"],
  [/^(.*) · 第 (\d+) 行$/s, "$1 · line $2"],
  [/^(\d{1,2})月底$/, "by end of month $1"],
  [/^预算数（(.*)）$/, "Budget ($1)"],
  [/^由模型 (.*) 撰写，已核对$/, "Written by the model $1, verified"],
  [/^待填（(\d+) 处）$/, "Blanks ($1)"],
  [/^与原文的差别（(\d+) 处）$/, "Changes ($1)"],
  [/^检查意见（(\d+) 条）$/, "Findings ($1)"],
  [/^检查意见（(\d+) 条：(.*)）$/, (_, n, kinds) => `Findings (${n}: ${kinds.replace("错误", "errors").replace("问题", "warnings").replace("提示", "notes").replace(/，/g, ", ")})`],
  [/^共 (\d+) 处不同。$/, "$1 differences. "],
  [/^共 (\d+) 份文件$/, "$1 documents"],
  [/^项目 (\d+) 个 · 段落 (\d+) 段 · 涉密单元格 (\d+) 个（内容未读入）$/, "$1 projects · $2 sections · $3 classified cells (their content was not read in)"],
  [/^上传绩效目标文件或参考资料：(.*)，每个不超过 (\d+) MB。带密级标志的文件会被拒绝，不留任何内容。$/, "Upload performance goals or reference material: $1, up to $2 MB each. Files with a secrecy mark are refused, and nothing of them is kept."],
  [/^共 (\d+) 条，逐条核对过：记录完整，未被改动。末条校验码 (.*)$/, "$1 entries, each checked: the record is complete and unchanged. Last link $2"],
  [/^共 (\d+) 条，这次打开还没有核对。$/, "$1 entries, not checked since the page was opened."],
  [/^共 (\d+) 条。从第 (\d+) 条起记录不完整，可能被改动，请立即核查。$/, "$1 entries. From entry $2 on the record is broken; it may have been changed. Look into it at once."],
  [/^第 (\d+) 至 (\d+) 条。$/, "Entries $1 to $2."],
  [/^另有 (\d+) 条，可用 jixiao check 查看全部。$/, "$1 more; jixiao check lists them all."],
  [/^（(查看|起草|管理)）$/, (_, role) => ` (${ROLES[role]})`],
  [/^您的账号是“(查看|起草|管理)”角色，不能做这一步。如有需要，请联系管理员。$/, (_, role) => `Your account's role is ${ROLES[role]}, which does not allow this. Please ask an administrator.`],
  [/^(提问|起草|上传|调用接口)太频繁，请过 (\d+) 秒再试；已有的内容不受影响。$/, "Too many requests: please try again in $2 s. Nothing is lost."],
  [/^登录失败次数过多，请 (\d+) 分钟后再试。$/, "Too many failed attempts: please try again in $1 minutes."],
  [/^出现内部错误，编号 (\w+)，请把编号告诉维护人员。$/, "An internal error, number $1: please tell it to the maintainers."],
  [/^删除“(.*)”？$/, "Delete “$1”?"],
  [/^替换“(.*)”？$/, "Replace “$1”?"],
  [/^“(.*)”的原有内容将由“(.*)”取代。新文件如不能读入，原有版本保持不变。$/, "“$2” will take the place of “$1”. If it cannot be read, the old version stays."],
  [/^已删除：(.*)$/, "Deleted: $1"],
  [/^(.*)：正在读入…$/, "$1: being read…"],
  [/^(.*)：(已读入|已替换原有版本|内容未变，未重复读入)：项目 (\d+) 个，段落 (\d+) 段，涉密单元格 (\d+) 个（内容未读入）$/, (_, name, how, p, s, c) => `${name}: ${{ 已读入: "added", 已替换原有版本: "replaced" }[how] || "unchanged"}: ${p} projects, ${s} sections, ${c} classified cells (content not read in)`],
  [/^(.*)：超过 (\d+) MB 的上限，没有读入。请拆分或压缩其中的图片后再试。$/, "$1: over the limit of $2 MB, not read. Split it, or shrink its pictures, and try again."],
  [/^(.*)：连接中断，没有读入。$/, "$1: connection lost, not read."],
  [/^Select example (\d+): (.*)$/, "Example $1: $2"],
];

// What documents, people and replies say, or what stands for it.
const CONTENT = ".jx-text, .jx-said, .jx-paper, .jx-lines, .jx-verdict, .jx-tip, .jx-compared td, .jx-source-head strong, .jx-file, .jx-document h3, .jx-findings, .example, .option, [role=option], textarea, script, style";
const SPOKEN = ["placeholder", "aria-label", "title"];

function inEnglish(words) {
  const found = WORDS.get(words);
  if (found !== undefined) return found;
  const form = FORMS.find(([pattern]) => pattern.test(words));
  return form ? words.replace(...form) : null;
}

function translateText(node) {
  const words = node.data.trim();
  if (!/[\u4e00-\u9fff]/.test(words) && words !== "English") return;
  if (!node.parentElement || node.parentElement.closest(CONTENT)) return;
  const english = inEnglish(words);
  if (english !== null && english !== node.data) node.data = english;
}

function translateSpoken(place) {
  for (const name of SPOKEN) {
    const words = place.getAttribute(name);
    const english = words && /[\u4e00-\u9fff]/.test(words) && inEnglish(words.trim());
    if (english) place.setAttribute(name, english);
  }
}

function translateTree(root) {
  if (root.nodeType === Node.TEXT_NODE) return translateText(root);
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  translateSpoken(root);
  root.querySelectorAll("[placeholder], [aria-label], [title]").forEach(translateSpoken);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) translateText(walker.currentNode);
}

if (IS_ENGLISH) {
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(translateTree);
      else if (change.type === "attributes") translateSpoken(change.target);
      else translateText(change.target);
    }
  }).observe(document.documentElement, {
    childList: true,
    characterData: true,
    subtree: true,
    attributes: true,
    attributeFilter: SPOKEN,
  });
}

// The page is loaded anew in the other language; what it showed comes along.
function switchLanguage() {
  keepForNextPage();
  document.cookie = `jixiao_language=${IS_ENGLISH ? "zh" : "en"}; path=/; max-age=31536000; samesite=strict`;
  location.reload();
}
